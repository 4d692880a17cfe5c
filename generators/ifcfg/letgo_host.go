package ifcfg

import (
	"net/netip"
	"path"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
)

// hostFile takes the links' gateways out of the file for all links. Without
// files of the links it says nothing of them, so it stays as it is where
// bondctl's are another backend's.
func (l *letting) hostFile(files []generators.File) {
	at := slices.IndexFunc(files, func(f generators.File) bool { return f.Path == hostPath })
	if !l.Own || at < 0 || generators.IsOurs(files[at].Content) {
		return
	}
	file := files[at]
	host := open("", file, &generators.Report{})
	keys, links := l.gateways(host)
	keys6, links6 := l.gateways6(host)
	if runs := assignments(file, append(keys, keys6...)...); len(runs) > 0 {
		links = append(links, links6...)
		slices.Sort(links)
		l.edits[hostPath] = generators.Edit{
			Path: hostPath, Content: generators.CommentOut(file.Content, runs), Links: slices.Compact(links), How: "lines commented out",
		}
	}
}

// gateways gives the variables that are for taken links alone, and reports
// those that are for others too.
func (l *letting) gateways(host *config) (keys, links []string) {
	dev, named := host.get(gatewayDevice)
	gateway, ok := host.get("GATEWAY")
	switch ours, others := l.users(gateway.value); {
	case named && slices.Contains(l.Links, dev.value):
		if kept := l.routed(); len(kept) > 0 {
			l.cannot(dev, "It keeps "+names(kept)+" from the default route", "Set DEFROUTE=no in "+paths(kept)+", and remove this line")
			return nil, nil
		}
		return []string{gatewayDevice, "GATEWAY"}, []string{dev.value}
	case named:
		l.report.Warn(generators.Line(hostPath, dev.line), gatewayDevice+" keeps the default route from all links but "+dev.value,
			"What bondctl writes for "+strings.Join(l.Links, ", ")+" does not change that. Remove the line where one of them is to have a default route.")
	case !ok || len(ours) == 0:
	case len(others) > 0:
		l.cannot(gateway, "It is the gateway of "+names(others)+" too", "Write it into "+paths(others)+", and remove this line")
	default:
		return []string{"GATEWAY"}, linksOf(ours)
	}
	return nil, nil
}

func (l *letting) cannot(v variable, why, remedy string) {
	l.report.CannotLetGo(v.path, v.line, why, remedy)
}

// users finds the files whose links have a gateway from the file for all.
func (l *letting) users(gateway string) (ours, others []foreign) {
	addr, err := netip.ParseAddr(gateway)
	if err != nil {
		return nil, nil
	}
	for _, f := range l.configs {
		list := f.addresses().Items
		switch {
		case len(list) == 0 || !list[0].Value.Contains(addr) || f.ownGateway().key != "" || !f.yes("DEFROUTE", true):
		case slices.Contains(l.Links, f.link):
			ours = append(ours, f)
		default:
			others = append(others, f)
		}
	}
	return ours, others
}

// routed finds the files of others whose links would have a default route.
func (l *letting) routed() []foreign {
	var found []foreign
	for _, f := range l.configs {
		leased := slices.Contains([]string{"dhcp", "bootp"}, strings.ToLower(f.peek("BOOTPROTO")))
		if !slices.Contains(l.Links, f.link) && (leased || f.ownGateway().key != "") && f.yes("DEFROUTE", true) {
			found = append(found, f)
		}
	}
	return found
}

func names(list []foreign) string { return strings.Join(linksOf(list), ", ") }

func linksOf(list []foreign) []string {
	var links []string
	for _, f := range list {
		links = append(links, f.link)
	}
	return links
}

func paths(list []foreign) string {
	var bases []string
	for _, f := range list {
		bases = append(bases, path.Base(f.path))
	}
	return strings.Join(bases, ", ")
}

// gateways6 gives the variables of an IPv6 gateway over a taken link.
func (l *letting) gateways6(host *config) (keys, links []string) {
	_, link, _ := strings.Cut(host.peek("IPV6_DEFAULTGW"), "%")
	if link == "" {
		link = host.peek(gatewayDevice6)
	}
	if !slices.Contains(l.Links, link) {
		return nil, nil
	}
	return []string{"IPV6_DEFAULTGW", gatewayDevice6}, []string{link}
}
