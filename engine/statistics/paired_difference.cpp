#include "engine/statistics/paired_difference.h"

#include "engine/statistics/mcnemar_test.h"
#include "engine/statistics/moments.h"
#include "engine/statistics/paired_rates.h"
#include "tracestore/base/ensure.h"

#include <algorithm>
#include <cmath>

namespace engine {
namespace {

    std::vector<double> meansOf(const std::vector<Repeats>& tasks)
    {
        std::vector<double> means;
        means.reserve(tasks.size());
        for (const Repeats& repeats : tasks) {
            ENSURE(!repeats.empty());
            means.push_back(meanOf(repeats));
        }
        return means;
    }

    /// Means of the same values in another order may differ in their last bit, and are the same.
    double differenceOf(double a, double b)
    {
        return std::abs(b - a) <= 1e-12 * std::max(std::abs(a), std::abs(b)) ? 0 : b - a;
    }

    double squareOf(double value)
    {
        return value * value;
    }

    /// The square of the error of a task's difference that comes from its repeats; none without
    /// any.
    std::optional<double> noiseOf(const Repeats& a, const Repeats& b)
    {
        if (a.size() < 2 || b.size() < 2)
            return std::nullopt;
        return squareOf(spreadOf(a)) / static_cast<double>(a.size())
            + squareOf(spreadOf(b)) / static_cast<double>(b.size());
    }

    std::optional<double> repeatShareOf(const PairedTasks& tasks, double spread)
    {
        double sum = 0;
        std::size_t known = 0;
        for (std::size_t i = 0; i < tasks.a.size(); ++i) {
            if (const auto noise = noiseOf(tasks.a[i], tasks.b[i])) {
                sum += *noise;
                ++known;
            }
        }
        if (known == 0 || spread <= 0)
            return std::nullopt;
        return std::min(1.0, sum / static_cast<double>(known) / squareOf(spread));
    }

    bool areSingle(const std::vector<Repeats>& tasks)
    {
        return std::ranges::all_of(tasks, [](const Repeats& task) { return task.size() == 1; });
    }

    void compareCounts(PairedDifference& result,
                       const std::vector<double>& a,
                       const std::vector<double>& b)
    {
        PairedCounts counts;
        for (std::size_t i = 0; i < a.size(); ++i) {
            const bool hasA = a[i] > 0.5;
            const bool hasB = b[i] > 0.5;
            ++(hasA && hasB ? counts.both
                   : hasA   ? counts.onlyA
                   : hasB   ? counts.onlyB
                            : counts.neither);
        }
        const McNemar test = mcNemarTest(counts.onlyA, counts.onlyB);
        result.method = TestMethod::McNemar;
        result.p = test.midP;
        result.exactP = test.p;
        result.smallestP = test.smallestMidP;
        if (counts.tasks() >= kFewestOfInterval)
            result.interval = pairedRateInterval(counts);
    }

    void compareMeans(PairedDifference& result,
                      const std::vector<double>& differences,
                      const PairedOptions& options)
    {
        const SignFlip test = signFlipTest(differences, options.signFlip);
        result.method = test.isExact ? TestMethod::SignFlip : TestMethod::SignFlipSampled;
        result.p = test.midP;
        result.exactP = test.p;
        result.smallestP = test.smallestMidP;
        result.interval = bootstrapInterval(differences, options.bootstrap);
    }

} // namespace

std::string_view toWord(TestMethod method)
{
    switch (method) {
    case TestMethod::McNemar:
        return "mcnemar_mid_p";
    case TestMethod::SignFlip:
        return "sign_flip";
    case TestMethod::SignFlipSampled:
        return "sign_flip_sampled";
    }
    return "";
}

PairedDifference
pairedDifference(const PairedTasks& tasks, bool isPassFail, const PairedOptions& options)
{
    ENSURE(tasks.a.size() == tasks.b.size());
    const std::vector<double> a = meansOf(tasks.a);
    const std::vector<double> b = meansOf(tasks.b);
    std::vector<double> differences(a.size());
    std::ranges::transform(a, b, differences.begin(), differenceOf);

    PairedDifference result;
    result.tasks = a.size();
    result.differing = a.size() - static_cast<std::size_t>(std::ranges::count(differences, 0.0));
    result.a = meanOf(a);
    result.b = meanOf(b);
    result.difference = meanOf(differences);
    result.spread = spreadOf(differences);
    result.repeatShare = repeatShareOf(tasks, result.spread);
    if (isPassFail && areSingle(tasks.a) && areSingle(tasks.b))
        compareCounts(result, a, b);
    else
        compareMeans(result, differences, options);
    return result;
}

} // namespace engine
