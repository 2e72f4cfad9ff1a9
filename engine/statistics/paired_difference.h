#pragma once

#include "engine/statistics/bootstrap.h"
#include "engine/statistics/interval.h"
#include "engine/statistics/sign_flip_test.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace engine {

/// What the repeats of a task came to; of passed and failed 1 and 0.
using Repeats = std::vector<double>;

/// Tasks that were tried with both variants, beside each other; each has one repeat at least on
/// either side, not necessarily as many.
struct PairedTasks
{
    std::vector<Repeats> a;
    std::vector<Repeats> b;
};

enum class TestMethod : std::uint8_t
{
    McNemar, ///< with its mid-p
    SignFlip, ///< all flips
    SignFlipSampled,
};

std::string_view toWord(TestMethod method); ///< `sign_flip`

/// How far two variants lie apart, task by task.
struct PairedDifference
{
    std::size_t tasks = 0; ///< in both
    std::size_t differing = 0; ///< of those, with another mean
    double a = 0; ///< mean of the tasks' means
    double b = 0;
    double difference = 0; ///< b - a
    double spread = 0; ///< standard deviation of the tasks' differences
    std::optional<double> repeatShare; ///< of its square, what repeats of a task differ among
                                       ///< themselves; 0 to 1; with repeats only
    std::optional<Interval> interval; ///< of the difference
    TestMethod method = TestMethod::SignFlip;
    double p = 1; ///< of the test, as it decides; 1 where no task differs
    double exactP = 1; ///< McNemar's and the sign flip's without the mid-p
    double smallestP = 1; ///< what as many differences of these sizes could have shown at best
};

struct PairedOptions
{
    BootstrapOptions bootstrap {};
    SignFlipOptions signFlip {};
};

/// Compares means over tasks. Repeats are no tasks: they are averaged first, so that a task counts
/// once however often it was tried, which is also what a resampling of whole tasks sees (cluster
/// bootstrap: Davison and Hinkley 1997, "Bootstrap Methods and their Application", 3.8).
/// `isPassFail`: the values are 0 and 1; with one repeat then McNemar's test and Newcombe's
/// interval. Tests of differences that take few values use the mid-p (sign_flip_test.h).
PairedDifference
pairedDifference(const PairedTasks& tasks, bool isPassFail, const PairedOptions& options = {});

} // namespace engine
