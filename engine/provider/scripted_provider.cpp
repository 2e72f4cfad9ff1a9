#include "engine/provider/scripted_provider.h"

#include "engine/provider/scripted_call.h"

namespace engine {

ScriptedProvider::ScriptedProvider(std::unique_ptr<Script> script, const tracestore::Clock& clock)
    : m_script(std::move(script))
    , m_clock(clock)
{ }

std::unique_ptr<RunningCall> ScriptedProvider::start(const ChatRequest& request,
                                                     CallHandlers handlers)
{
    return std::make_unique<ScriptedCall>(
        m_script->answer(request), request.isStreamed, std::move(handlers), m_clock);
}

void ScriptedProvider::passOver(const ChatRequest& request)
{
    static_cast<void>(m_script->answer(request).has_value());
}

} // namespace engine
