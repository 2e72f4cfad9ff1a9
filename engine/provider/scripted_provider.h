#pragma once

#include "engine/provider/provider.h"
#include "engine/provider/script.h"
#include "tracestore/base/clock.h"

namespace engine {

/// Answers by a script instead of a model, and says so. What comes is the same in every run; when
/// it comes follows the paces of the script. Engine thread.
class ScriptedProvider : public Provider
{
public:
    /// `clock` outlives the provider.
    ScriptedProvider(std::unique_ptr<Script> script, const tracestore::Clock& clock);

    [[nodiscard]] std::unique_ptr<RunningCall> start(const ChatRequest& request,
                                                     CallHandlers handlers) override;

    void passOver(const ChatRequest& request) override;

    [[nodiscard]] std::shared_ptr<Provider> copy() const override
    {
        return std::make_shared<ScriptedProvider>(std::make_unique<Script>(*m_script), m_clock);
    }

    [[nodiscard]] OutcomeOrigin origin() const override { return OutcomeOrigin::Script; }

private:
    std::unique_ptr<Script> m_script;
    const tracestore::Clock& m_clock;
};

} // namespace engine
