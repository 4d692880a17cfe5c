package kerneltest

// stories are what the driver was seen to do where options meet: the lines are
// run in turn (see world.run), and one that begins with an errno must be
// refused with it. Links s1 and s2 are there and down; "make" makes the bond.
var stories = []struct{ name, lines string }{
	{"of two monitors in separate messages the last one holds", `
		make mode=active-backup miimon=100
		set arp_interval=200
		has miimon=0 arp_interval=200
		set arp_validate=all
		set miimon=50
		has miimon=50 arp_interval=0 arp_validate=none`},
	{"two monitors in one message are refused", `
		EINVAL make mode=active-backup miimon=100 arp_interval=200
		gone bond0
		EINVAL make mode=active-backup miimon=100 arp_validate=all
		gone bond0
		make mode=active-backup miimon=100 arp_interval=0
		has miimon=100 arp_interval=0`},
	{"a message on an existing bond is taken up to what is refused", `
		make mode=active-backup arp_interval=200
		EINVAL set miimon=100 arp_interval=300
		has miimon=100 arp_interval=0`},
	{"a default in the wrong mode is refused as any value is", `
		EACCES make mode=active-backup lacp_rate=slow
		EACCES make mode=802.3ad arp_interval=0
		EACCES make mode=active-backup packets_per_slave=1
		gone bond0`},
	{"delays need miimon, even to be zero", `
		EPERM make mode=active-backup miimon=0 updelay=0
		EPERM make mode=active-backup downdelay=200
		make mode=active-backup
		EPERM set peer_notif_delay=0`},
	{"delays follow miimon, for they are counts of its ticks", `
		make mode=active-backup miimon=100 updelay=200 downdelay=300 peer_notif_delay=400
		set miimon=50
		has updelay=100 downdelay=150 peer_notif_delay=200
		set miimon=0
		has updelay=0 downdelay=0 peer_notif_delay=0
		set miimon=30
		has updelay=60 downdelay=90 peer_notif_delay=120`},
	{"delays are rounded down to whole ticks", `
		make mode=active-backup miimon=100 updelay=250 downdelay=99
		has updelay=200 downdelay=0`},
	{"modes that need a monitor get one", `
		make mode=active-backup arp_interval=200 arp_validate=all
		set mode=802.3ad
		has miimon=100 arp_validate=none
		set miimon=0
		has miimon=0
		set mode=balance-rr
		has miimon=0 arp_interval=0`},
	{"the mode's own miimon gives way to what the message says", `
		make mode=balance-tlb miimon=0
		has miimon=0
		delete bond0
		make mode=balance-tlb miimon=250
		has miimon=250`},
	{"any change of mode resets arp_validate, even to the same", `
		make mode=active-backup arp_interval=200 arp_validate=active
		set mode=active-backup
		has arp_validate=none arp_interval=200`},
	{"balance-alb balances dynamically", `
		make mode=balance-tlb tlb_dynamic_lb=0
		has tlb_dynamic_lb=0
		set mode=balance-alb
		has tlb_dynamic_lb=1`},
	{"one number has two names", `
		make num_grat_arp=3
		has num_unsol_na=3
		set num_unsol_na=5
		has num_grat_arp=5`},
	{"lists are replaced whole, and not at once", `
		make arp_ip_target=192.0.2.1,192.0.2.2
		set arp_ip_target=192.0.2.3
		has arp_ip_target=192.0.2.3
		EINVAL set arp_ip_target=192.0.2.4,192.0.2.4,192.0.2.5
		has arp_ip_target=192.0.2.4
		EINVAL set arp_ip_target=0.0.0.0
		has arp_ip_target=
		EINVAL set arp_ip_target=255.255.255.255
		set arp_ip_target=0.0.0.1,224.0.0.1,127.0.0.1
		set ns_ip6_target=2001:db8::1,2001:db8::2
		has ns_ip6_target=2001:db8::1,2001:db8::2
		EINVAL set ns_ip6_target=::1
		has ns_ip6_target=
		EINVAL set ns_ip6_target=ff02::1
		EINVAL set ns_ip6_target=2001:db8::7,2001:db8::7
		has ns_ip6_target=2001:db8::7
		set ns_ip6_target=
		has ns_ip6_target=`},
	{"sixteen targets fit", `
		make arp_ip_target=192.0.2.1,192.0.2.2,192.0.2.3,192.0.2.4,192.0.2.5,192.0.2.6,192.0.2.7,192.0.2.8,192.0.2.9,192.0.2.10,192.0.2.11,192.0.2.12,192.0.2.13,192.0.2.14,192.0.2.15,192.0.2.16
		EINVAL set arp_ip_target=192.0.2.1,192.0.2.2,192.0.2.3,192.0.2.4,192.0.2.5,192.0.2.6,192.0.2.7,192.0.2.8,192.0.2.9,192.0.2.10,192.0.2.11,192.0.2.12,192.0.2.13,192.0.2.14,192.0.2.15,192.0.2.16,192.0.2.17`},
	{"a primary may be named before it is a slave", `
		make mode=active-backup miimon=100 primary=s2
		has primary=
		enslave s1
		enslave s2
		has primary=s2 active_slave=s2
		release s2
		has primary= active_slave=s1
		enslave s2
		has primary=s2 active_slave=s2
		set primary=
		has primary=`},
	{"a primary waits as primary_reselect says, once it was active", `
		make mode=active-backup miimon=100 primary=s2 primary_reselect=failure
		enslave s1
		enslave s2
		has active_slave=s2
		set active_slave=s1
		has active_slave=s1
		set primary_reselect=better
		has active_slave=s1
		set primary_reselect=always
		has active_slave=s2`},
	{"a primary just named does not wait", `
		make mode=active-backup miimon=100 primary_reselect=failure
		enslave s1
		enslave s2
		has active_slave=s1
		set primary=s2
		has active_slave=s2`},
	{"the active slave must be one", `
		make mode=active-backup miimon=100
		EINVAL set active_slave=s1
		enslave s1
		EINVAL set active_slave=s2
		enslave s2
		set active_slave=s2
		has active_slave=s2`},
	{"a link that is up cannot be enslaved", `
		make mode=active-backup miimon=100
		up s1
		EPERM enslave s1
		link s1 up
		down s1
		enslave s1
		link s1 up master=bond0
		enslave s1
		EPERM enslave bond0`},
	{"slaves take the bond's MTU, and get theirs back", `
		make mode=active-backup miimon=100
		mtu s1 1300
		mtu bond0 1400
		enslave s1
		link s1 mtu=1400
		mtu bond0 1450
		link s1 mtu=1450
		release s1
		link s1 down mtu=1300 master=
		release s1`},
	{"slaves take the bond's address, the first gives it", `
		mac s1 02:00:00:00:aa:01
		mac s2 02:00:00:00:aa:02
		make mode=active-backup miimon=100
		enslave s1
		link bond0 mac=02:00:00:00:aa:01
		enslave s2
		link s2 mac=02:00:00:00:aa:01
		mac bond0 02:00:00:00:bb:01
		link s1 mac=02:00:00:00:bb:01
		link s2 mac=02:00:00:00:bb:01
		release s2
		link s2 mac=02:00:00:00:aa:02
		delete bond0
		link s1 down mac=02:00:00:00:aa:01 master=`},
	{"an address that somebody gave the bond stays", `
		mac s1 02:00:00:00:aa:01
		make mode=active-backup miimon=100
		mac bond0 02:00:00:00:bb:01
		enslave s1
		link bond0 mac=02:00:00:00:bb:01
		link s1 mac=02:00:00:00:bb:01`},
	{"with fail_over_mac active slaves keep their addresses", `
		mac s1 02:00:00:00:aa:01
		mac s2 02:00:00:00:aa:02
		make mode=active-backup miimon=100 fail_over_mac=active
		enslave s1
		enslave s2
		link s2 mac=02:00:00:00:aa:02
		link bond0 mac=02:00:00:00:aa:01
		set active_slave=s2
		link bond0 mac=02:00:00:00:aa:02
		mac bond0 02:00:00:00:bb:01
		link bond0 mac=02:00:00:00:aa:02
		ENOTEMPTY set fail_over_mac=none
		release s1
		release s2
		set fail_over_mac=none`},
	{"with fail_over_mac follow, too, and the bond keeps the first", `
		mac s1 02:00:00:00:aa:01
		mac s2 02:00:00:00:aa:02
		make mode=active-backup miimon=100 fail_over_mac=follow
		enslave s1
		enslave s2
		link s2 mac=02:00:00:00:aa:02
		link bond0 mac=02:00:00:00:aa:01
		set active_slave=s2
		link bond0 mac=02:00:00:00:aa:01
		mac bond0 02:00:00:00:bb:01
		link bond0 mac=02:00:00:00:aa:01`},
	{"outside active-backup fail_over_mac does nothing", `
		mac s1 02:00:00:00:aa:01
		make mode=balance-rr miimon=100 fail_over_mac=active
		enslave s1
		enslave s2
		link s2 mac=02:00:00:00:aa:01`},
	{"in balance-tlb slaves keep their addresses", `
		mac s1 02:00:00:00:aa:01
		mac s2 02:00:00:00:aa:02
		make mode=balance-tlb
		enslave s1
		enslave s2
		link s1 mac=02:00:00:00:aa:01
		link s2 mac=02:00:00:00:aa:02
		link bond0 mac=02:00:00:00:aa:01`},
	{"in balance-alb slaves keep their addresses", `
		mac s1 02:00:00:00:aa:01
		mac s2 02:00:00:00:aa:02
		make mode=balance-alb
		enslave s1
		enslave s2
		link s1 mac=02:00:00:00:aa:01
		link s2 mac=02:00:00:00:aa:02
		link bond0 mac=02:00:00:00:aa:01`},
	{"in 802.3ad slaves share one", `
		mac s1 02:00:00:00:aa:01
		mac s2 02:00:00:00:aa:02
		make mode=802.3ad
		enslave s1
		enslave s2
		link s2 mac=02:00:00:00:aa:01`},
	{"slaves stay up when the bond goes down", `
		make mode=active-backup miimon=100
		up bond0
		enslave s1
		down bond0
		link bond0 down
		link s1 up master=bond0
		mtu s1 1300
		link bond0 mtu=1500`},
	{"the last slave takes its address along", `
		mac s1 02:00:00:00:aa:01
		mac s2 02:00:00:00:aa:02
		make mode=active-backup miimon=100
		enslave s1
		release s1
		enslave s2
		link bond0 mac=02:00:00:00:aa:02`},
	{"a queue has one slave", `
		make mode=active-backup miimon=100 tx_queues=4
		has tx_queues=4
		enslave s1
		enslave s2
		slave s1 queue_id=4
		EPERM slave s2 queue_id=4
		EPERM slave s2 queue_id=5
		slave s1 queue_id=4
		slave s2 queue_id=0
		slave s1 queue_id=0`},
	{"the slave of the highest prio becomes active", `
		make mode=active-backup miimon=100
		enslave s1
		enslave s2
		has active_slave=s1
		slave s1 prio=-1
		has active_slave=s2
		slave s2 prio=-5
		has active_slave=s1
		set primary=s2
		slave s1 prio=9
		has active_slave=s2`},
	{"a multicast address is no system's", `
		make mode=802.3ad
		EINVAL set ad_actor_system=01:00:5e:00:00:01
		set ad_actor_system=02:00:00:00:00:05
		set ad_actor_system=00:00:00:00:00:00
		has ad_actor_system=00:00:00:00:00:00`},
	{"names are unique", `
		make mode=active-backup
		EEXIST make mode=balance-rr
		has mode=active-backup
		vlan bond0 20
		link bond0.20 down
		EEXIST vlan bond0 20
		delete bond0
		gone bond0.20
		gone bond0`},
	{"options of bonds are for bonds", `
		EOPNOTSUPP on s1 miimon=100`},
}
