#pragma once

#include "tracestore/base/executor.h"

namespace engine {

/// Works on the caller's thread and some that it starts for the time of a call.
class ThreadExecutor : public tracestore::Executor
{
public:
    /// 0: as many as the machine runs at once, but no more than a few: reading files is not helped
    /// by more.
    explicit ThreadExecutor(std::size_t threads = 0);

    [[nodiscard]] std::size_t threadCount() const override { return m_threads; }

    void forEach(std::size_t count, const std::function<void(std::size_t)>& work) override;

private:
    std::size_t m_threads;
};

} // namespace engine
