// Package checkpoint keeps a change to the network from outliving its welcome: the journal of each
// transaction, the lock, the guard that rolls back what nobody confirmed, and the recovery at boot.
//
// It knows nothing of links or of what is in files. What undoes a transaction is handed in as an [Undo], and
// works from what was put beside the journal before the first change.
//
// # The course of a transaction
//
//	prepared -> armed -> applying -> awaiting -> confirmed
//	   any of the first four -> rolling-back -> rolled-back | rollback-incomplete
//	                            rollback-incomplete -> rolling-back
//
// [Store.Lock], [Lock.Begin], [Transaction.Put] and [Transaction.SaveFiles], [Transaction.Arm],
// [Transaction.Applying], the change itself, [Transaction.Awaiting], [Lock.Release]; then [Store.Confirm] or
// [Store.RollBack] by anyone, or the guard. Whoever fails on the way calls [Lock.RollBack].
//
// # What it promises
//
// A state is on disk before it counts. Whatever instant the process is killed at, or the power cut at, the
// journal is whole and its state is one of these; Applying is on disk before anything is changed.
//
// Every transaction ends. A guard has shown that it is alive before Applying is allowed. It rolls back when the
// window ends, when applying takes longer than it may, and at once when the process that applies is no more. It
// ends a process that keeps the lock beyond its limit, and takes up a rollback that was cut off. What a restart
// left open is rolled back by [Store.Recover], before the network comes up.
//
// A full disk keeps nobody from going back: room for the files and the journal is taken up in advance, on the
// disk of the state directory.
//
// One rollback or one confirmation, never both. Each is decided under the lock, by the journal as it is on disk
// then. At the deadline and after it, the rollback wins.
//
// Time is CLOCK_BOOTTIME: it goes on in suspend, and setting the clock of the machine changes nothing.
//
// One transaction at a time. What was not confirmed, rolled back or given up keeps the next one from
// beginning, with an error that says whose it is and what can be done.
//
// Nobody else's state directory is trusted: it belongs to the user who runs bondctl, only that user can write to
// it, and no symbolic link leads to it.
//
// # What it leaves to others
//
// The [Undo] must be idempotent. A process that does not go through this package can still change the network in
// between. A guard without systemd that is killed is not started again by itself: who waits for the confirmation
// asks [Store.GuardAlive] and arms anew, and the recovery at boot is what is left.
package checkpoint
