package urlscheme

import (
	"errors"
	"os"
	"syscall"
	"unsafe"
)

// The flags and the refusal of LockFileEx.
const (
	lockExclusive  = 2
	lockAtOnce     = 1
	errorLockTaken = syscall.Errno(33)
)

// beyond is a place that no file reaches: locking it keeps nobody from reading.
func beyond() *syscall.Overlapped { return &syscall.Overlapped{OffsetHigh: 1 << 30} }

// tryLock locks an open file without waiting. The operating system frees the lock
// when the file is closed or its process ends.
func tryLock(f *os.File) (bool, error) {
	call := syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")
	ok, _, err := call.Call(f.Fd(), lockExclusive|lockAtOnce, 0, 1, 0, uintptr(unsafe.Pointer(beyond())))
	switch {
	case ok != 0:
		return true, nil
	case errors.Is(err, errorLockTaken), errors.Is(err, syscall.ERROR_IO_PENDING):
		return false, nil
	}
	return false, &os.PathError{Op: "lock", Path: f.Name(), Err: err}
}

func unlock(f *os.File) error {
	call := syscall.NewLazyDLL("kernel32.dll").NewProc("UnlockFileEx")
	if ok, _, err := call.Call(f.Fd(), 0, 1, 0, uintptr(unsafe.Pointer(beyond()))); ok == 0 {
		return &os.PathError{Op: "unlock", Path: f.Name(), Err: err}
	}
	return nil
}

// syncFolder does nothing: folders cannot be synced on Windows.
func syncFolder(string) error { return nil }
