#include "tests/support/failing_vfs.h"

#include "tracestore/base/ensure.h"

#include <new>
#include <sqlite3.h>

namespace tests {

struct FailingVfs::State
{
    sqlite3_vfs vfs {};
    sqlite3_vfs* real = nullptr;
    std::optional<Fault> fault;
    int firstFailing = 0;
    int writes = 0;
    int syncs = 0;
};

namespace {

    using State = FailingVfs::State;
    using Fault = FailingVfs::Fault;

    /// What SQLite sees as its file; the real one lies behind it in the same memory.
    struct File
    {
        sqlite3_file base;
        State* state;
        sqlite3_file* real;
    };

    File& of(sqlite3_file* file)
    {
        return *reinterpret_cast<File*>(file);
    }

    sqlite3_file* real(sqlite3_file* file)
    {
        return of(file).real;
    }

    int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset)
    {
        State& state = *of(file).state;
        const bool fails
            = state.fault && *state.fault != Fault::SyncError && state.writes >= state.firstFailing;
        ++state.writes;
        if (fails)
            return state.fault == Fault::DiskFull ? SQLITE_FULL : SQLITE_IOERR_WRITE;
        return real(file)->pMethods->xWrite(real(file), bytes, size, offset);
    }

    int sync(sqlite3_file* file, int flags)
    {
        State& state = *of(file).state;
        const bool fails = state.fault == Fault::SyncError && state.syncs >= state.firstFailing;
        ++state.syncs;
        return fails ? SQLITE_IOERR_FSYNC : real(file)->pMethods->xSync(real(file), flags);
    }

    constexpr sqlite3_io_methods kMethods = {
        .iVersion = 1,
        .xClose = [](sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); },
        .xRead =
            [](sqlite3_file* file, void* to, int size, sqlite3_int64 offset) {
                return real(file)->pMethods->xRead(real(file), to, size, offset);
            },
        .xWrite = write,
        .xTruncate
        = [](sqlite3_file* file,
             sqlite3_int64 size) { return real(file)->pMethods->xTruncate(real(file), size); },
        .xSync = sync,
        .xFileSize
        = [](sqlite3_file* file,
             sqlite3_int64* size) { return real(file)->pMethods->xFileSize(real(file), size); },
        .xLock = [](sqlite3_file* file,
                    int level) { return real(file)->pMethods->xLock(real(file), level); },
        .xUnlock = [](sqlite3_file* file,
                      int level) { return real(file)->pMethods->xUnlock(real(file), level); },
        .xCheckReservedLock
        = [](sqlite3_file* file,
             int* result) { return real(file)->pMethods->xCheckReservedLock(real(file), result); },
        .xFileControl =
            [](sqlite3_file* file, int operation, void* argument) {
                return real(file)->pMethods->xFileControl(real(file), operation, argument);
            },
        .xSectorSize
        = [](sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); },
        .xDeviceCharacteristics =
            [](sqlite3_file* file) {
                return real(file)->pMethods->xDeviceCharacteristics(real(file));
            },
    };

    int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* outFlags)
    {
        auto* const state = static_cast<State*>(vfs->pAppData);
        File& opened = *new (file) File {};
        opened.state = state;
        opened.real = reinterpret_cast<sqlite3_file*>(&opened + 1);
        const int code = state->real->xOpen(state->real, name, opened.real, flags, outFlags);
        // SQLite closes whatever has methods, also after a failure.
        opened.base.pMethods = opened.real->pMethods == nullptr ? nullptr : &kMethods;
        return code;
    }

} // namespace

FailingVfs::FailingVfs()
    : m_state(std::make_unique<State>())
{
    m_state->real = sqlite3_vfs_find(nullptr);
    // All other calls are those of the real one, which looks at its pAppData in xOpen alone.
    m_state->vfs = *m_state->real;
    m_state->vfs.zName = "failing";
    m_state->vfs.pNext = nullptr;
    m_state->vfs.pAppData = m_state.get();
    m_state->vfs.szOsFile = m_state->real->szOsFile + static_cast<int>(sizeof(File));
    m_state->vfs.xOpen = open;
    ENSURE(sqlite3_vfs_register(&m_state->vfs, 1) == SQLITE_OK);
}

FailingVfs::~FailingVfs()
{
    sqlite3_vfs_unregister(&m_state->vfs);
    sqlite3_vfs_register(m_state->real, 1);
}

void FailingVfs::failFrom(Fault fault, int call)
{
    heal();
    m_state->fault = fault;
    m_state->firstFailing = call;
}

void FailingVfs::heal()
{
    m_state->fault.reset();
    m_state->writes = 0;
    m_state->syncs = 0;
}

int FailingVfs::writes() const
{
    return m_state->writes;
}

int FailingVfs::syncs() const
{
    return m_state->syncs;
}

} // namespace tests
