// Package scenario proves the monitor: the real bondctl monitor, as a process of its
// own, on a host with three ways out that are cut, choked and mended. Everything is a
// network namespace; nothing of it is a fake.
//
// Whether traffic gets through is never asked of the monitor. A stream of datagrams to
// an address that no verifier asks, and back, tells it, and a sampler looks every 10 ms
// whether the kernel has a default route.
//
// Scenarios wait for states, and make sure of states, events and counts. What is
// measured in time is a benchmark, for make bench, and the hours are for make soak.
//
// What is to be proven has numbers:
//
//	 1 link cut                     TestLinkCut; BenchmarkLinkCut
//	 2 set down on the host         TestAdminDown
//	 3 gateway dead                 TestDeadPath
//	 4 path dead behind it          TestDeadPath, TestDeadPathOfIPv6,
//	                               TestDeadPathOfOneOfTwoRouters; BenchmarkDeadPath
//	 5 replies lost                 TestDeadPath
//	 6 partial loss                 TestPartialLoss
//	 7 late answers                 TestLatency
//	 8 resolver dead over one link  TestResolverDead
//	 9 names over a dead path       TestNamesOverADeadPath
//	10 target dead everywhere       TestTargetDeadEverywhere, TestTargetDeadOverOneLink
//	11 flapping                     TestFlapping
//	12 fail-back                    TestFailBack; BenchmarkFailBack
//	13 fail-back to a dying link    TestFailBackToALinkThatDies
//	14 everything down              TestAllDown
//	15 second route dead first      TestBackupDead
//	16 another gateway              TestGatewayChanged
//	17 another address              TestAddressChanged
//	18 router advertisements end    TestRouterAdvertisementsEnd
//	19 link made again              TestLinkMadeAgain
//	20 modem dialled                TestDialledModem, TestModemThatNeverComes,
//	                               TestModemThatCarriesNothing
//	21 killed                       TestKilled, TestKilledAtASwitch,
//	                               TestKilledByWhatItTells; BenchmarkLinkCut
//	22 stopped                      TestStopped
//	23 standing still, busy host    TestStandsStill, TestStandsStillWhileItAsks,
//	                               TestStandsStillWhileAPathDies, TestBusyHost
//	24 clock jumps                  TestClockJumps; the monitor knows no other clock than
//	                               that of the boot
//	25 hanging webhook              TestHangingWebhook
//	26 webhook while all is down    TestWebhookWhileAllIsDown
//	27 bad programs                 TestBadPrograms
//	28 full or read-only disk       TestFullDisk, TestReadOnlyDisk
//	29 netlink overrun              TestOverrun
//	30 foreign routes               TestRouteRemoved, TestRouteAdded
//	31 foreign echoes               TestBusyHost
//	32 strict reverse path filter   TestStrictReversePathFilter
//	33 connections                  TestConnections, TestDatagrams, TestTrackedFlows;
//	                               BenchmarkReconnect
//	34 cold neighbour               TestColdNeighbour, TestFailedNeighbour
//	35 captive portal               TestCaptivePortal
//	36 reload on the second route   TestReloadOnBackup
//	37 ten routes, fifty targets    BenchmarkTenRoutes
//	38 second monitor               TestSecondMonitor
//	39 GPIO                         package handler, TestAModemIsSwitched and those after it
//	40 faults at random             TestSoak
//
// 30 again, for what handlers post: TestWebhookGoesWhereTrafficShould. 9 again, for the
// host itself: TestResolversOfTheRoute.
//
// That a new route is there before the old one goes is TestMakeBeforeBreak. What the
// faults do to a host that nobody watches over is TestACutStopsTrafficThatNobodyMoves,
// TestDeadPathsStopTrafficThatNobodyMoves, TestGatewayThatNobodyFollows,
// TestRouterAdvertisementsThatNobodyHears, TestCaptivePortalThatNobodyNotices,
// TestConnectionsThatNobodyEnds, TestDatagramsThatNobodyEnds,
// TestFaultsWhenTheMonitorIsDead, TestNobodyReturnsWhenTheMonitorIsDead,
// TestNobodyHoldsALinkThatDies, TestNobodyFindsWhatIsBackFirst,
// TestTheKernelTakesADeadBackup, TestNobodyDials, TestNobodyAsksForANeighbour,
// TestForgettingOnBackup and TestNoFaultLosesNothing, beside
// TestNoFaultLosesNothingThatIsWatched; TestLatency,
// TestResolverDead, TestTrackedFlows, TestOverrun and TestStandsStillWhileItAsks have
// theirs beside them.
//
// BenchmarkLinkCut, BenchmarkDeadPath and BenchmarkFailBack measure keepalived and dpinger
// as they measure the monitor.
//
// The stories that the monitor is to make unnecessary are TestSeedOfTheModem and
// TestSeedOfTheTwoUplinks. Bonds below a route, and a pppd that dials, need another
// kernel than that of most machines that test: they are scenarios of the lab.
package scenario
