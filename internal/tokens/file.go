package tokens

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

// fileMagic begins every token file; the revision and the data follow, separated by spaces.
const fileMagic = "ghl-pagico-tokens/1"

// maxFile is far more than a token needs.
const maxFile = 1 << 20

// lockPoll is how often a lock that is held for an instant is tried again.
const lockPoll = 3 * time.Millisecond

// file keeps one file per key in a folder. Beside "<name>.token" there are "<name>.lock", locked for the instant of a change,
// "<name>.lease", which names the holder, and one file per lease, locked by the operating system as long as its holder lives.
type file struct {
	dir string

	mu   sync.Mutex
	held map[string]*os.File // by lease: the locked file
}

// NewFile returns a store in a folder of the local disk, for the processes of one machine. It makes the folder with mode 0700.
func NewFile(dir string) (Store, error) {
	if dir == "" {
		return nil, errors.New("the folder for the tokens has no name")
	}
	if !lockable {
		return nil, fmt.Errorf("files cannot be locked on %s", runtime.GOOS)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return &file{dir: dir, held: map[string]*os.File{}}, nil
}

// path returns a file of key. Keys hold ids of the vendor and the user, so the name is a hash.
func (f *file) path(key, suffix string) string {
	sum := sha256.Sum256([]byte(key))
	return filepath.Join(f.dir, hex.EncodeToString(sum[:16])+suffix)
}

func (f *file) Load(ctx context.Context, key string) ([]byte, int64, error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	text, err := readFile(f.path(key, ".token"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	data, rev, err := parseFile(text)
	if err != nil {
		return nil, rev, fmt.Errorf("%w: %s: %w", ErrUnreadable, f.path(key, ".token"), err)
	}
	return data, rev, nil
}

func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxFile {
		return nil, fmt.Errorf("%w: %s is no token file", ErrUnreadable, path)
	}
	return os.ReadFile(path)
}

// parseFile returns the revision 1 beside an error, so that a damaged file can be replaced.
func parseFile(text []byte) ([]byte, int64, error) {
	line, whole := strings.CutSuffix(string(text), "\n")
	parts := strings.Split(line, " ")
	if !whole || len(parts) != 3 || parts[0] != fileMagic {
		return nil, 1, errors.New("it is no token file, or cut off")
	}
	rev, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil || rev < 1 {
		return nil, 1, errors.New("its revision cannot be read")
	}
	data, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil {
		return nil, rev, errors.New("its content is cut off or changed")
	}
	return data, rev, nil
}

func (f *file) Save(ctx context.Context, key string, data []byte, rev int64) (next int64, err error) {
	unlock, err := f.lock(ctx, key)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	_, current, err := f.Load(ctx, key)
	if err != nil && !errors.Is(err, ErrUnreadable) {
		return 0, err
	}
	if current != rev {
		return 0, nil
	}
	text := fmt.Sprintf("%s %d %s\n", fileMagic, rev+1, base64.StdEncoding.EncodeToString(data))
	if err := f.replace(f.path(key, ".token"), []byte(text)); err != nil {
		return 0, err
	}
	return rev + 1, nil
}

// replace writes a file so that readers, and a power cut, see the old content or the new one.
func (f *file) replace(path string, text []byte) (err error) {
	tmp, err := os.CreateTemp(f.dir, ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = tmp.Close() // the first error tells more
			_ = os.Remove(tmp.Name())
		}
	}()
	if _, err := tmp.Write(text); err != nil {
		return err
	}
	if err := tmp.Sync(); err != nil {
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	return syncFolder(f.dir)
}

// lock takes the lock of a change and waits for it; it is held for an instant only.
func (f *file) lock(ctx context.Context, key string) (unlock func() error, err error) {
	for {
		held, err := lockPath(f.path(key, ".lock"))
		if err != nil {
			return nil, err
		}
		if held != nil {
			return held.Close, nil
		}
		if err := pause(ctx, lockPoll); err != nil {
			return nil, fmt.Errorf("wait for the lock of the token file: %w", err)
		}
	}
}

// lockPath opens and locks a file; it returns nil when another one holds the lock.
func lockPath(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	got, err := tryLock(f)
	if err != nil || !got {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Lease gives the lease to one holder. It is free when it was released, when it has run out, and at once when its
// holder is dead.
func (f *file) Lease(ctx context.Context, key string, ttl time.Duration) (lease string, err error) {
	unlock, err := f.lock(ctx, key)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	taken, err := f.taken(key)
	if err != nil || taken {
		return "", err
	}
	lease = rand.Text()
	alive, err := lockPath(f.path(key, "."+lease))
	if err != nil {
		return "", err
	}
	if alive == nil {
		return "", errors.New("the file of a new lease is locked")
	}
	text := lease + " " + strconv.FormatInt(time.Now().Add(ttl).UnixMilli(), 10)
	if err := f.replace(f.path(key, ".lease"), []byte(text)); err != nil {
		return "", errors.Join(err, alive.Close(), os.Remove(alive.Name()))
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.held[lease] = alive
	return lease, nil
}

// taken reports whether a living holder has a lease that has not run out, and removes the traces of a dead one.
func (f *file) taken(key string) (bool, error) {
	lease, until, ok := f.holder(key)
	if !ok {
		return false, nil
	}
	path := f.path(key, "."+lease)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	alive, err := lockPath(path)
	if err != nil {
		return false, err
	}
	if alive == nil {
		return time.Now().Before(until), nil
	}
	if err := errors.Join(alive.Close(), os.Remove(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	return false, nil
}

// holder reads the lease file; one that cannot be read is no lease.
func (f *file) holder(key string) (lease string, until time.Time, ok bool) {
	text, err := os.ReadFile(f.path(key, ".lease"))
	if err != nil {
		return "", time.Time{}, false
	}
	lease, ms, found := strings.Cut(string(bytes.TrimSpace(text)), " ")
	n, err := strconv.ParseInt(ms, 10, 64)
	if !found || err != nil || lease == "" || strings.ContainsFunc(lease, notLease) {
		return "", time.Time{}, false
	}
	return lease, time.UnixMilli(n), true
}

// notLease keeps a damaged lease file from naming other files.
func notLease(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }

func (f *file) Release(ctx context.Context, key, lease string) (err error) {
	f.mu.Lock()
	alive := f.held[lease]
	delete(f.held, lease)
	f.mu.Unlock()
	if alive == nil {
		return nil // released before
	}
	// Without its living holder the lease is free, whatever else fails here.
	free := func() error { return errors.Join(alive.Close(), os.Remove(alive.Name())) }
	unlock, err := f.lock(ctx, key)
	if err != nil {
		return errors.Join(err, free())
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if now, _, ok := f.holder(key); ok && now == lease {
		err = os.Remove(f.path(key, ".lease"))
	}
	return errors.Join(err, free())
}
