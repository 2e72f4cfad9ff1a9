#include "engine/statistics/share.h"

#include "engine/statistics/moments.h"

#include <algorithm>
#include <cmath>

namespace engine {
namespace {

    /// Wilson's interval about a share of `n` runs, which need not be whole.
    void putWilson(Share& share, double n, double z)
    {
        const double p = share.share;
        const double square = z * z;
        const double middle = (p + square / (2 * n)) / (1 + square / n);
        const double half
            = z * std::sqrt(p * (1 - p) / n + square / (4 * n * n)) / (1 + square / n);
        share.low = p <= 0 ? 0 : std::max(0.0, middle - half);
        share.high = p >= 1 ? 1 : std::min(1.0, middle + half);
    }

} // namespace

Share wilsonShare(std::size_t count, std::size_t of, double z)
{
    Share share {.count = count, .of = of, .share = 0, .low = 0, .high = 1};
    if (of == 0)
        return share;
    share.share = static_cast<double>(count) / static_cast<double>(of);
    putWilson(share, static_cast<double>(of), z);
    return share;
}

Share shareOverTasks(std::span<const double> tasks, std::size_t runs, double z)
{
    Share share {.count = 0, .of = runs, .share = 0, .low = 0, .high = 1};
    if (tasks.empty())
        return share;
    const auto n = static_cast<double>(tasks.size());
    share.share = std::clamp(meanOf(tasks), 0.0, 1.0);
    share.count = static_cast<std::size_t>(std::lround(share.share * static_cast<double>(runs)));
    const double spread = spreadOf(tasks);
    const double within = share.share * (1 - share.share);
    const double most = std::max(n, static_cast<double>(runs));
    const double worth = within <= 0 ? n : spread > 0 ? within * n / (spread * spread) : most;
    putWilson(share, std::clamp(worth, n, most), z);
    return share;
}

} // namespace engine
