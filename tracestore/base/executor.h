#pragma once

#include <cstddef>
#include <functional>

namespace tracestore {

/// Threads to work on. tracestore starts none of its own: whoever has some passes them in.
class Executor
{
public:
    Executor() = default;
    Executor(const Executor&) = delete;
    Executor& operator=(const Executor&) = delete;
    virtual ~Executor() = default;

    /// How many calls of `work` run at once at most; at least 1.
    [[nodiscard]] virtual std::size_t threadCount() const = 0;

    /// Calls work(0) to work(count - 1), each once, begun in this order but at the same time on
    /// several threads, one of which may be the caller's; returns when all have returned. `work`
    /// does not throw.
    virtual void forEach(std::size_t count, const std::function<void(std::size_t)>& work) = 0;
};

/// Works on the caller's thread.
class SerialExecutor : public Executor
{
public:
    [[nodiscard]] std::size_t threadCount() const override { return 1; }

    void forEach(std::size_t count, const std::function<void(std::size_t)>& work) override
    {
        for (std::size_t i = 0; i < count; ++i)
            work(i);
    }
};

} // namespace tracestore
