#include "engine/replay/recording_doctor.h"

#include "engine/effect/request_fingerprint.h"
#include "engine/replay/replay_divergence.h"
#include "engine/replay/replay_facts.h"
#include "engine/replay/volatile_text.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <algorithm>
#include <map>
#include <re2/re2.h>
#include <set>
#include <unordered_map>

namespace engine {

using nlohmann::json;
using tracestore::EffectEnded;
using tracestore::EffectWanted;
using Level = DoctorFinding::Level;

namespace {

    constexpr std::size_t kMostFindings = 200;
    constexpr std::size_t kMostKnownText = std::size_t {8} << 20U;

    std::string quoted(const std::string& text)
    {
        constexpr std::size_t kShown = 80;
        const std::string line = tracestore::safeLine(text);
        return '`'
            + (line.size() > kShown ? tracestore::toValidUtf8(line.substr(0, kShown)) + " ..."
                                    : line)
            + '`';
    }

    /// A text of a kind that tends to differ from run to run, and its kind.
    struct FoundText
    {
        const VolatileText* kind = nullptr;
        std::string text;
    };

    /// Looks at a recorded run from its start to its end.
    class Examination
    {
    public:
        explicit Examination(const std::vector<RunEventPtr>& events)
            : m_patterns(compiled())
        {
            for (const RunEventPtr& event : events) {
                if (const auto* started = std::get_if<tracestore::RunStarted>(&event->fact))
                    m_known = started->configuration + '\n' + started->input;
                else if (const auto* wanted = std::get_if<EffectWanted>(&event->fact))
                    look(*event, *wanted);
                else if (const auto* ended = std::get_if<EffectEnded>(&event->fact))
                    look(*event, *ended);
                else if (const auto* decision = std::get_if<tracestore::DecisionMade>(&event->fact))
                    look(*event, *decision);
            }
        }

        std::vector<DoctorFinding> take() { return std::move(m_findings); }

    private:
        static std::vector<std::unique_ptr<RE2>> compiled()
        {
            std::vector<std::unique_ptr<RE2>> patterns;
            for (const VolatileText& kind : volatileTexts())
                patterns.push_back(
                    std::make_unique<RE2>('(' + std::string(kind.pattern) + ')', RE2::Quiet));
            return patterns;
        }

        void add(DoctorFinding finding)
        {
            if (m_findings.size() < kMostFindings)
                m_findings.push_back(std::move(finding));
        }

        /// The first text of such a kind that is not known from what the agent was given.
        FoundText newText(const std::string& text) const
        {
            for (std::size_t i = 0; i < m_patterns.size(); ++i) {
                re2::StringPiece rest(text);
                std::string found;
                while (RE2::FindAndConsume(&rest, *m_patterns[i], &found)) {
                    if (m_known.find(found) == std::string::npos)
                        return {&volatileTexts()[i], found};
                }
            }
            return {};
        }

        void know(const std::string& text)
        {
            if (m_known.size() + text.size() < kMostKnownText)
                m_known += '\n' + text;
        }

        void look(const tracestore::RunEvent& event, const EffectWanted& wanted)
        {
            m_wanted[event.effect] = &wanted;
            if (wanted.kind == EffectKind::Model)
                lookAtPrompt(event, wanted);
            else if (wanted.kind == EffectKind::Tool)
                lookAtArguments(event, wanted);
        }

        /// What is not from the configuration, the user or a result was put in by the program.
        void lookAtPrompt(const tracestore::RunEvent& event, const EffectWanted& wanted)
        {
            for (const tracestore::Message* message : wanted.input.pointers()) {
                if (message->role != tracestore::Role::System
                    || !m_prompts.insert(plainText(*message)).second)
                    continue;
                const FoundText found = newText(plainText(*message));
                if (found.kind == nullptr)
                    continue;
                add({Level::Risk,
                     "volatile_text",
                     event.effect,
                     event.number,
                     "The prompt holds " + std::string(found.kind->name) + ", " + quoted(found.text)
                         + ", that is not in the configuration.",
                     "Let it come by a tool or with the input, or put a normaliser for `messages` "
                     "into the replay's policy."});
            }
        }

        void lookAtArguments(const tracestore::RunEvent& event, const EffectWanted& wanted)
        {
            const FoundText found = newText(wanted.arguments);
            if (found.kind == nullptr
                || !m_told.insert(wanted.name + std::string(found.kind->name)).second)
                return;
            add({Level::Risk,
                 "volatile_text",
                 event.effect,
                 event.number,
                 "The model gives " + wanted.name + ' ' + std::string(found.kind->name) + ", "
                     + quoted(found.text) + ", that it was not told.",
                 "Give it such values by a tool, or put a normaliser for `args` of " + wanted.name
                     + " into the replay's policy."});
        }

        void look(const tracestore::RunEvent& event, const EffectEnded& ended)
        {
            know(ended.result);
            const auto known = m_wanted.find(event.effect);
            if (known == m_wanted.end())
                return;
            if (known->second->kind == EffectKind::Model)
                lookAtModel(event, *known->second, ended);
            else if (known->second->kind == EffectKind::Tool && ended.status == OutcomeStatus::Ok)
                lookAtResult(event, *known->second, ended);
        }

        void lookAtModel(const tracestore::RunEvent& event,
                         const EffectWanted& wanted,
                         const EffectEnded& ended)
        {
            if (ended.respondedModel.empty() || ended.respondedModel == wanted.name
                || !m_told.insert("model " + wanted.name).second)
                return;
            add({Level::Risk,
                 "model_alias",
                 event.effect,
                 event.number,
                 "The model " + wanted.name + " is another name, that of " + ended.respondedModel
                     + " when this was recorded.",
                 "Write " + ended.respondedModel + " into the configuration."});
        }

        void lookAtResult(const tracestore::RunEvent& event,
                          const EffectWanted& wanted,
                          const EffectEnded& ended)
        {
            const std::string call = wanted.name + '\n' + canonicalJson(wanted.arguments);
            const auto [first, isNew] = m_results.emplace(call, std::pair(event.effect, &ended));
            if (isNew || first->second.second->result == ended.result
                || !m_told.insert("result " + wanted.name).second)
                return;
            const WordDifference words = wordDifference(first->second.second->result, ended.result);
            add({Level::Cause,
                 "unequal_results",
                 event.effect,
                 event.number,
                 "Equal calls of " + wanted.name + " had different results: at step "
                     + first->second.first + ' ' + quoted(words.recorded) + ", here "
                     + quoted(words.now) + '.',
                 "Replay it as recorded. For tests give it fixed data or a `static` answer."});
        }

        void look(const tracestore::RunEvent& event, const tracestore::DecisionMade& decision)
        {
            if (decision.policy != kToolServerPolicy)
                return;
            const auto details = tracestore::parseJson(decision.details);
            const std::string server
                = details && details->is_object() ? details->value("server", std::string()) : "";
            const auto [first, isNew] = m_servers.emplace(server, decision.details);
            if (isNew || first->second == decision.details)
                return;
            add({Level::Cause,
                 "server_tools",
                 {},
                 event.number,
                 "The server " + server + " changed its tools while the agent ran.",
                 "Name the tools that the agent is to have (`include`), and keep to one version of "
                 "the server."});
        }

        std::vector<std::unique_ptr<RE2>> m_patterns;
        std::string m_known; ///< what the agent was given
        std::unordered_map<std::string, const EffectWanted*> m_wanted;
        std::map<std::string, std::pair<std::string, const EffectEnded*>> m_results; ///< by call
        std::map<std::string, std::string> m_servers;
        std::set<std::string> m_prompts;
        std::set<std::string> m_told;
        std::vector<DoctorFinding> m_findings;
    };

    bool isReal(const AgentConfig& config, const std::string& provider)
    {
        const auto found = std::ranges::find(config.providers, provider, &ProviderConfig::name);
        return found != config.providers.end() && found->kind != ProviderKind::Script;
    }

    /// `gpt-4o` and `claude-sonnet-latest`, but not `gpt-4o-2024-08-06` nor `model-0613`.
    bool isAlias(const std::string& model)
    {
        return model.ends_with("latest")
            || !RE2::PartialMatch(model, R"(\d{4}-\d{2}-\d{2}|\d{8}|-\d{4}(?:-|$)|@)");
    }

    void examineModel(const AgentConfig& root,
                      const AgentConfig& agent,
                      const ModelConfig& model,
                      std::vector<DoctorFinding>& to)
    {
        if (!isReal(root, model.provider))
            return;
        const json temperature
            = model.parameters.is_object() ? model.parameters.value("temperature", json()) : json();
        const bool isSure = temperature.is_number() && temperature.get<double>() == 0;
        if (!isSure && !model.parameters.contains("seed"))
            to.push_back({Level::Risk,
                          "sampling",
                          {},
                          0,
                          "The model " + model.model + " of " + agent.name
                              + (temperature.is_number()
                                     ? " has temperature " + tracestore::toJsonText(temperature)
                                     : std::string(" has the temperature of its provider"))
                              + " and no seed: its answers are chance.",
                          "Set `temperature` to 0 or, where the provider knows it, a `seed`. A "
                          "replay from the recording needs neither."});
        if (isAlias(model.model))
            to.push_back({Level::Risk,
                          "model_alias",
                          {},
                          0,
                          "The name " + model.model + " of the model of " + agent.name
                              + " may mean another version tomorrow.",
                          "Write the name of a version, as the provider lists them."});
    }

    void examineServers(const AgentConfig& agent, std::vector<DoctorFinding>& to)
    {
        for (const McpConfig& server : agent.servers) {
            if (server.include.empty())
                to.push_back({Level::Risk,
                              "server_tools",
                              {},
                              0,
                              "The agent gets whatever tools the server " + server.name
                                  + " has: another version of it may offer others.",
                              "Name those it is to have (`include`)."});
            if (server.effectClasses.empty())
                to.push_back({Level::Risk,
                              "effect_class",
                              {},
                              0,
                              "Of no tool of the server " + server.name
                                  + " is it said how far it reaches, so that each counts as "
                                    "reaching outside.",
                              "Say it (`effectClasses`): those that only read can be live in a "
                              "replay."});
        }
    }

} // namespace

std::string_view toWord(DoctorFinding::Level level)
{
    return level == Level::Cause ? "cause" : "risk";
}

std::vector<DoctorFinding> examineRecording(const std::vector<RunEventPtr>& events,
                                            const AgentConfig& config)
{
    std::vector<DoctorFinding> findings = Examination(events).take();
    std::vector<const AgentConfig*> open {&config};
    while (!open.empty()) {
        const AgentConfig* agent = open.back();
        open.pop_back();
        examineModel(config, *agent, agent->model, findings);
        for (const ModelConfig& model : agent->policies.fallback.models)
            examineModel(config, *agent, model, findings);
        for (const AgentConfig& below : agent->agents)
            open.push_back(&below);
    }
    examineServers(config, findings);
    return findings;
}

} // namespace engine
