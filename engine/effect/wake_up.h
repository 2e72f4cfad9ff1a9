#pragma once

#include <functional>
#include <utility>

namespace engine {

/// Ends a wait whose length nobody knows: who can tell that it is over calls wake(), once; who
/// waits is told at once or, where that was before, as soon as it listens. So none is lost. One
/// thread; never copied.
class WakeUp
{
public:
    WakeUp() = default;
    WakeUp(const WakeUp&) = delete;
    WakeUp& operator=(const WakeUp&) = delete;
    ~WakeUp() = default;

    void wake()
    {
        m_isAwake = true;
        tell();
    }

    /// `then` is called once, and may be called from within; an empty one: nobody listens any more.
    void whenAwake(std::function<void()> then)
    {
        m_then = std::move(then);
        if (m_isAwake)
            tell();
    }

    [[nodiscard]] bool isAwake() const { return m_isAwake; }

private:
    void tell()
    {
        if (const auto then = std::exchange(m_then, nullptr))
            then();
    }

    bool m_isAwake = false;
    std::function<void()> m_then;
};

} // namespace engine
