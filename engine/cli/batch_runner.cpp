#include "engine/cli/batch_runner.h"

namespace engine::cli {
namespace {

    /// An id as the name of a file.
    std::string fileName(const std::string& id)
    {
        constexpr std::size_t kLongest = 100;
        std::string name = id.substr(0, kLongest);
        for (char& c : name) {
            const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
            c = isPlain ? c : '_';
        }
        if (name.empty() || name.front() == '.')
            name.insert(0, 1, '_');
        return name;
    }

    /// A batch is one user of its services: limits hold for the sum of its runs.
    RunWorld withSharedLimits(RunWorld world)
    {
        if (world.shared == nullptr)
            world.shared = std::make_shared<SharedPolicyState>();
        return world;
    }

} // namespace

BatchRunner::BatchRunner(Plan plan, RunWorld world)
    : m_plan(std::move(plan))
    , m_pool(m_plan.concurrency, withSharedLimits(std::move(world)), [this] { return next(); })
{
    connect(&m_pool, &RunPool::ended, this, &BatchRunner::ended);
    connect(&m_pool, &RunPool::idle, this, &BatchRunner::finished);
}

std::optional<PooledRun> BatchRunner::next()
{
    if (m_next >= m_plan.inputs.size())
        return {};
    const BatchInput& input = m_plan.inputs[m_next++];
    return PooledRun {.id = input.id,
                      .agent = m_plan.agent,
                      .input = input.input,
                      .recordFile = m_plan.recordFolder.empty() ? std::filesystem::path()
                                                                : recordFile(input.id),
                      .allowed = m_plan.allowed};
}

/// A name that no recording has: that of a run that was interrupted may be there.
std::filesystem::path BatchRunner::recordFile(const std::string& id)
{
    const std::string wanted = fileName(id);
    std::string name = wanted + ".kymo";
    for (int number = 2;
         m_recordNames.contains(name) || std::filesystem::exists(m_plan.recordFolder / name);
         ++number)
        name = wanted + '-' + std::to_string(number) + ".kymo";
    m_recordNames.insert(name);
    return m_plan.recordFolder / name;
}

} // namespace engine::cli
