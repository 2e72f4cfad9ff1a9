#pragma once

#include "tracestore/base/result.h"

#include <atomic>
#include <cstdint>

namespace tracestore {

/// The line to a piece of long work: its owner may cancel it and read its progress, the work
/// reports how far it is. Shared between threads; outlives the work.
class Job
{
public:
    /// Asks the work to stop at its next look; it then fails with ErrorCode::Cancelled.
    void cancel() { m_cancelled.store(true, std::memory_order_relaxed); }

    [[nodiscard]] bool isCancelled() const { return m_cancelled.load(std::memory_order_relaxed); }

    /// Adds to the amount of work that is known to lie ahead, in any unit (bytes as a rule).
    void expect(std::uint64_t amount) { m_total.fetch_add(amount, std::memory_order_relaxed); }

    void advance(std::uint64_t amount) { m_done.fetch_add(amount, std::memory_order_relaxed); }

    [[nodiscard]] std::uint64_t done() const { return m_done.load(std::memory_order_relaxed); }

    /// 0 while nothing is known.
    [[nodiscard]] std::uint64_t total() const { return m_total.load(std::memory_order_relaxed); }

private:
    std::atomic<bool> m_cancelled {false};
    std::atomic<std::uint64_t> m_done {0};
    std::atomic<std::uint64_t> m_total {0};
};

[[nodiscard]] inline Failure cancelled()
{
    return fail(ErrorCode::Cancelled, "Cancelled.");
}

} // namespace tracestore
