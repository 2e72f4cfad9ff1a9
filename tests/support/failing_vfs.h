#pragma once

#include <memory>
#include <optional>

namespace tests {

/// While it lives, SQLite writes files through it, and it fails as it is told: the disk that gets
/// full, the sync that does not arrive.
class FailingVfs
{
public:
    enum class Fault
    {
        DiskFull,
        WriteError,
        SyncError
    };

    FailingVfs();
    FailingVfs(const FailingVfs&) = delete;
    FailingVfs& operator=(const FailingVfs&) = delete;
    ~FailingVfs();

    /// Fails the call of that number among those of the fault's kind, counted from 0 and from now
    /// on, and all that follow it.
    void failFrom(Fault fault, int call);

    /// Lets everything pass again.
    void heal();

    /// How many calls there were since the last failFrom() or heal().
    [[nodiscard]] int writes() const;
    [[nodiscard]] int syncs() const;

    struct State;

private:
    std::unique_ptr<State> m_state;
};

} // namespace tests
