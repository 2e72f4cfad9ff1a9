#include "engine/runtime/thread_executor.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace engine {

ThreadExecutor::ThreadExecutor(std::size_t threads)
    : m_threads(threads)
{
    constexpr std::size_t kMost = 8;
    if (m_threads == 0)
        m_threads = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kMost);
}

void ThreadExecutor::forEach(std::size_t count, const std::function<void(std::size_t)>& work)
{
    std::atomic<std::size_t> next {0};
    const auto run = [&] {
        for (std::size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1))
            work(i);
    };
    std::vector<std::jthread> helpers;
    for (std::size_t i = 1; i < std::min(m_threads, count); ++i) {
        try {
            helpers.emplace_back(run);
        } catch (const std::system_error&) {
            break; // no more threads to be had: fewer do the work
        }
    }
    run();
}

} // namespace engine
