package checkpoint

import (
	"fmt"
	"strings"
)

// Actor is who does something, as the command line knows them.
type Actor struct {
	User string `json:"user"`
	UID  int    `json:"uid"`
	// SudoUser is who became User by sudo, empty without.
	SudoUser string `json:"sudo_user,omitempty"`
	// TTY is the terminal, empty without.
	TTY string `json:"tty,omitempty"`
	// Client is the address that the session comes from, empty for a local one.
	Client string `json:"client,omitempty"`
}

// The actors that are no person.
var (
	theGuard    = Actor{User: "the guard"}
	theRecovery = Actor{User: "the recovery at boot"}
)

// String names the actor in messages: "root (by sudo of anna, pts/0, from 192.0.2.7)".
func (a Actor) String() string {
	var details []string
	if a.SudoUser != "" {
		details = append(details, "by sudo of "+a.SudoUser)
	}
	if a.TTY != "" {
		details = append(details, a.TTY)
	}
	if a.Client != "" {
		details = append(details, "from "+a.Client)
	}
	name := a.User
	if name == "" {
		name = fmt.Sprintf("uid %d", a.UID)
	}
	if len(details) == 0 {
		return name
	}
	return fmt.Sprintf("%s (%s)", name, strings.Join(details, ", "))
}
