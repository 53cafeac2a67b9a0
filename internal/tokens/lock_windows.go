package tokens

import (
	"errors"
	"os"
	"syscall"
	"unsafe"
)

const lockable = true

// The flags and the refusal of LockFileEx.
const (
	lockExclusive  = 2
	lockAtOnce     = 1
	errorLockTaken = syscall.Errno(33)
)

// tryLock locks an open file without waiting. The operating system frees the lock when the file is closed or its process ends.
func tryLock(f *os.File) (bool, error) {
	call := syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")
	var where syscall.Overlapped
	ok, _, err := call.Call(f.Fd(), lockExclusive|lockAtOnce, 0, 1, 0, uintptr(unsafe.Pointer(&where)))
	switch {
	case ok != 0:
		return true, nil
	case errors.Is(err, errorLockTaken), errors.Is(err, syscall.ERROR_IO_PENDING):
		return false, nil
	}
	return false, &os.PathError{Op: "lock", Path: f.Name(), Err: err}
}

// syncFolder does nothing: folders cannot be synced on Windows.
func syncFolder(string) error { return nil }
