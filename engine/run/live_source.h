#pragma once

#include "engine/provider/provider.h"
#include "engine/run/outcome_source.h"
#include "engine/run/secret_mask.h"
#include "engine/tool/tool.h"
#include "tracestore/analysis/price_table.h"
#include "tracestore/base/clock.h"

#include <QObject>

#include <map>

namespace engine {

/// Gets outcomes from the world: providers, tools, the user, other agents, time. Lives on the
/// engine's thread.
class LiveSource : public QObject, public OutcomeSource
{
    Q_OBJECT

public:
    /// Starts a tool; its checks are made there.
    using StartTool = std::function<std::unique_ptr<RunningTool>(
        const EffectId&, const ToolCall&, ToolHandlers)>;

    /// Starts another agent on behalf of an effect.
    using StartAgent = std::function<std::unique_ptr<RunningEffect>(
        const EffectId&, const AgentTask&, std::function<void(Outcome)> done)>;

    /// A call that was made in a run that is done again.
    using PassOverTool = std::function<void(const EffectId&, const ToolCall&, const Outcome&)>;

    struct Parts
    {
        std::map<std::string, std::shared_ptr<Provider>> providers; ///< by name
        StartTool startTool;
        StartAgent startAgent;
        PassOverTool passOverTool; ///< may be empty
        std::shared_ptr<const tracestore::PriceTable> prices; ///< may be null
    };

    /// Mask and clock outlive this.
    LiveSource(Parts parts, const SecretMask& mask, const tracestore::Clock& clock);

    void addProvider(const std::string& name, std::shared_ptr<Provider> provider)
    {
        m_parts.providers[name] = std::move(provider);
    }

    [[nodiscard]] bool hasProvider(const std::string& name) const
    {
        return m_parts.providers.contains(name);
    }

    [[nodiscard]] std::unique_ptr<RunningEffect> start(const Effect& effect,
                                                       EffectHandlers handlers) override;

    void passOver(const Effect& effect, const Outcome& outcome) override;

    /// Answers a question. NotFound: nobody asked it.
    tracestore::Result<void> answer(const std::string& effect, std::string text);

    [[nodiscard]] std::map<std::string, UserQuestion> questions() const { return m_questions; }

signals:
    /// The user is asked; answer() answers. `effect` names the question.
    void asked(const std::string& effect, const engine::UserQuestion& question);

    /// A question needs no answer any more.
    void questionEnded(const std::string& effect);

private:
    class Question;
    friend class Question;

    std::unique_ptr<RunningEffect>
    startModel(const Effect& effect, const ModelCall& call, EffectHandlers handlers);
    std::unique_ptr<RunningEffect>
    startTool(const EffectId& id, ToolCall call, EffectHandlers handlers);
    std::unique_ptr<RunningEffect>
    ask(const EffectId& id, const UserQuestion& question, EffectHandlers handlers);
    std::unique_ptr<RunningEffect> failLater(EffectHandlers handlers, Outcome outcome);
    [[nodiscard]] std::optional<tracestore::Cost> costOf(const ModelCall& call,
                                                         const ChatResponse& response) const;

    Parts m_parts;
    const SecretMask& m_mask;
    const tracestore::Clock& m_clock;
    std::map<std::string, UserQuestion> m_questions;
    std::map<std::string, std::function<void(std::string)>> m_answers;
};

} // namespace engine
