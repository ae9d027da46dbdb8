package des_test

import (
	"fmt"
	"time"

	"rollsim/sim/des"
)

// A kettle boils after three minutes. It is taken off the fire when it boils,
// and at the latest when its time limit strikes.
type kettle struct {
	engine *des.Engine
	self   des.Actor
	limit  des.Handle
}

const (
	boil des.Kind = iota
	giveUp
)

func (k *kettle) Handle(ev des.Event) {
	switch ev.Kind {
	case boil:
		fmt.Printf("%v kettle %d boils; limit was pending: %v\n", k.engine.Now(), ev.Subject, k.engine.Cancel(k.limit))
	case giveUp:
		fmt.Printf("%v kettle %d is given up\n", k.engine.Now(), ev.Subject)
	}
}

// Work that completes at the very instant of its limit has completed, in
// whatever order the two were scheduled.
func Example() {
	var engine des.Engine
	k := &kettle{engine: &engine}
	k.self = engine.Register(k)
	k.limit = engine.After(3*time.Minute, des.ClassLimit, des.Event{Actor: k.self, Kind: giveUp, Subject: 1})
	engine.After(3*time.Minute, des.ClassFinish, des.Event{Actor: k.self, Kind: boil, Subject: 1})
	engine.RunUntil(des.Time(time.Hour))
	fmt.Println(engine.Now(), engine.Dispatched(), engine.Pending())
	// Output:
	// 3m0s kettle 1 boils; limit was pending: true
	// 1h0m0s 1 0
}
