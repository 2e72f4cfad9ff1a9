#pragma once

#include <QObject>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace engine {

/// Resources that calls use one after another, first come first served; shared by all agents of a
/// run. Engine's thread; outlives its claims.
class ToolLocks
{
public:
    /// A place in the queue of a lock, later the lock itself; given back by its destructor.
    class Claim
    {
    public:
        Claim(const Claim&) = delete;
        Claim& operator=(const Claim&) = delete;
        ~Claim();

    private:
        friend class ToolLocks;

        Claim(ToolLocks& locks, std::string name, std::function<void()> granted)
            : m_locks(locks)
            , m_name(std::move(name))
            , m_granted(std::move(granted))
        { }

        ToolLocks& m_locks;
        std::string m_name;
        std::function<void()> m_granted;
        QObject m_context;
    };

    ToolLocks() = default;
    ToolLocks(const ToolLocks&) = delete;
    ToolLocks& operator=(const ToolLocks&) = delete;

    /// `granted` comes once, from the event loop, when all that claimed before have let go.
    [[nodiscard]] std::unique_ptr<Claim> claim(const std::string& name,
                                               std::function<void()> granted);

private:
    void grantFirst(const std::string& name);
    void release(const Claim& claim);

    std::map<std::string, std::deque<Claim*>> m_queues; ///< the first has the lock
};

} // namespace engine
