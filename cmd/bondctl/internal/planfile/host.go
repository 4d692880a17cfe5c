package planfile

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// Host is where and when a plan was made.
type Host struct {
	// Machine tells this machine from others: see [Machine].
	Machine string `json:"machine"`
	// BootID tells this boot from others.
	BootID string `json:"boot_id"`
	// Last is the id of the newest transaction, empty before the first.
	Last string `json:"last_transaction"`
}

// Machine makes of /etc/machine-id, which is nobody else's to know
// (machine-id(5)), a number that tells the machine from others all the same.
func Machine(machineID []byte) string {
	mac := hmac.New(sha256.New, machineID)
	mac.Write([]byte(kind))
	return hex.EncodeToString(mac.Sum(nil))
}

// Check tells by an error why a plan cannot be applied by this bondctl on this host.
func (p *Plan) Check(version string, here Host) error {
	switch {
	case p.Version != version:
		return fmt.Errorf("the plan was made by bondctl %s, and this is %s", p.Version, version)
	case p.Host.Machine != here.Machine:
		return errors.New("the plan was made on another host")
	case p.Host.BootID != here.BootID:
		return errors.New("the host was restarted since the plan was made")
	case p.Host.Last != here.Last:
		return fmt.Errorf("transaction %s has begun since the plan was made", here.Last)
	}
	return nil
}
