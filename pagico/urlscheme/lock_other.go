//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package urlscheme

import (
	"errors"
	"os"
)

func tryLock(*os.File) (bool, error) { return false, errors.ErrUnsupported }

func unlock(*os.File) error { return nil }

func syncFolder(string) error { return nil }
