package ghlpagico_test

// regression is a history that once went wrong.
type regression struct {
	seed   uint64
	showed string
}

// simRegressions names the seeds that showed a fault, and the fault.
func simRegressions() []regression {
	return []regression{
		{380, "an appointment outlived its Pagico contact, and every later write of it was refused"},
		{297, "an appointment of a contact that was made again was written to the old one"},
		{17, "a task without a contact vanished from searches when the index began to lag, and counted as deleted"},
		{1594, "an edit between our reading and our write of other fields became the base and was never carried over"},
		{2390, "tasks that went with their Pagico contact were made again there, though only Pagico may edit tasks"},
		{1874, "the same, with troubles"},
	}
}
