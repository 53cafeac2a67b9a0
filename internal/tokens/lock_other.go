//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package tokens

import (
	"errors"
	"os"
)

const lockable = false

func tryLock(*os.File) (bool, error) { return false, errors.ErrUnsupported }

func syncFolder(string) error { return nil }
