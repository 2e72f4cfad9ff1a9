#include "engine/branch/sample_source.h"

#include "engine/branch/offered_tools.h"
#include "engine/branch/recorded_step.h"
#include "engine/run/effect_facts.h"
#include "engine/run/step_form.h"
#include "tracestore/base/json_io.h"
#include "tracestore/recording/event_table.h"
#include "tracestore/recording/log_lookup.h"

#include <algorithm>
#include <unordered_set>

namespace engine {

using nlohmann::json;
using tracestore::ContentState;
using tracestore::EditMade;
using tracestore::EffectEnded;
using tracestore::EffectWanted;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Message;
using tracestore::Result;
using tracestore::RunEvent;
using tracestore::SpanDetail;
using tracestore::SpanId;
using tracestore::Trace;

namespace {

    constexpr std::string_view kRequestOfStep = "request";

    /// What an API may be asked; other things that traces keep beside them are none of it.
    constexpr std::string_view kKnownParameters[] = {"temperature",
                                                     "top_p",
                                                     "top_k",
                                                     "max_tokens",
                                                     "max_completion_tokens",
                                                     "max_output_tokens",
                                                     "frequency_penalty",
                                                     "presence_penalty",
                                                     "seed",
                                                     "stop",
                                                     "stop_sequences",
                                                     "tool_choice",
                                                     "parallel_tool_calls",
                                                     "response_format",
                                                     "reasoning_effort",
                                                     "reasoning",
                                                     "thinking"};

    bool holdsMaskedKey(const tracestore::MessageChain& messages)
    {
        return std::ranges::any_of(messages.pointers(), [](const Message* message) {
            return tracestore::toJson(*message).find("[secret:") != std::string::npos;
        });
    }

    bool callsTools(const tracestore::MessageChain& messages)
    {
        return std::ranges::any_of(messages.pointers(), [](const Message* message) {
            return std::ranges::any_of(message->parts, [](const auto& part) {
                return std::holds_alternative<tracestore::ToolCallPart>(part);
            });
        });
    }

    std::size_t lostMedia(const tracestore::MessageChain& messages)
    {
        std::size_t count = 0;
        for (const Message* message : messages.pointers()) {
            for (const auto& part : message->parts) {
                const auto* media = std::get_if<tracestore::MediaPart>(&part);
                if (media != nullptr && media->data.empty() && media->reference.empty())
                    ++count;
            }
        }
        return count;
    }

    std::string modelOf(const Trace& trace, SpanId span)
    {
        const auto asked = trace.columns().requestedModel[span.index()];
        return std::string(asked.isEmpty() ? trace.model(span) : trace.text(asked));
    }

    std::string parametersJson(const SpanDetail& detail, std::vector<std::string>& missing)
    {
        json object = json::object();
        std::string left;
        for (const tracestore::Attribute& each : detail.parameters) {
            if (std::ranges::find(kKnownParameters, each.key) == std::end(kKnownParameters)) {
                if (each.key != "stream" && each.key != "stream_options")
                    left += (left.empty() ? "" : ", ") + each.key;
                continue;
            }
            if (auto value = tracestore::parseJson(each.json))
                object[each.key] = std::move(*value);
        }
        if (!left.empty())
            missing.push_back("Parameters that not every provider knows are not sent: " + left
                              + ". request.param can be set to send them.");
        return object.empty() ? std::string() : tracestore::toJsonText(object);
    }

    void tellState(ContentState state, std::vector<std::string>& missing)
    {
        switch (state) {
        case ContentState::Truncated:
            missing.emplace_back("The trace holds the messages cut off: what is sent is not all "
                                 "that the model was sent.");
            return;
        case ContentState::Redacted:
            missing.emplace_back("Parts of the messages were taken out of the trace: they are "
                                 "missing from what is sent.");
            return;
        case ContentState::ByReference:
            missing.emplace_back("The trace only names some of the contents: they are missing "
                                 "from what is sent.");
            return;
        case ContentState::Reconstructed:
            missing.emplace_back("The trace does not tell what exactly the model was sent. The "
                                 "messages are those of the conversation before it.");
            return;
        case ContentState::Absent:
            missing.emplace_back("The trace does not hold what the model was sent.");
            return;
        case ContentState::Full:
            return;
        }
    }

    void tellContents(const SampleSource& source, std::vector<std::string>& missing)
    {
        const tracestore::MessageChain& messages = source.call.request.messages;
        if (messages.isEmpty())
            return;
        const auto first = messages.pointers().front();
        if (first->role != tracestore::Role::System)
            missing.emplace_back("No system prompt is recorded. `request.system` sets one.");
        if (source.call.request.tools.empty())
            missing.emplace_back(
                callsTools(messages)
                    ? "The trace does not tell which tools the model was offered, though it called "
                      "some: none are offered now, and some providers refuse that."
                    : "The trace tells of no tools: none are offered.");
        if (const std::size_t lost = lostMedia(messages); lost > 0)
            missing.push_back(std::to_string(lost)
                              + " pictures or files of the messages are not in the trace.");
    }

    Outcome recordedAnswer(const Trace& trace, SpanId span, const SpanDetail& detail)
    {
        Outcome outcome;
        if (const auto* error = trace.error(span)) {
            outcome.status = OutcomeStatus::Error;
            outcome.error = *error;
        }
        if (detail.output.empty())
            return outcome;
        outcome.response.emplace();
        outcome.response->message = detail.output.front();
        outcome.response->model = std::string(trace.model(span));
        return outcome;
    }

    std::string agentNameOf(const Trace& trace, SpanId span)
    {
        const tracestore::AgentId agent = trace.agentOf(span);
        const std::string name = agent.isValid() ? trace.agent(agent).name : std::string();
        return name.empty() ? "agent" : name;
    }

} // namespace

Result<SampleSource> readSampleSource(const std::filesystem::path& recording,
                                      const std::string& effect)
{
    auto log = tracestore::openLog(recording);
    if (!log)
        return fail(std::move(log).error());
    const auto place = tracestore::placeOfStep(*log, effect);
    const auto first = place ? eventAt(*log, 1) : fail(place.error());
    if (!first)
        return fail(first.error());
    const auto intent = eventAt(*log, place->wanted);
    if (!intent)
        return fail(intent.error());
    const auto* started = std::get_if<tracestore::RunStarted>(&first->fact);
    const auto* wanted = std::get_if<EffectWanted>(&intent->fact);
    if (started == nullptr || wanted == nullptr)
        return fail(ErrorCode::Corrupt, recording.string() + " holds no log of a run.");
    if (wanted->kind != EffectKind::Model)
        return fail(ErrorCode::Invalid, effect + " is no call of a model: it cannot be sampled.");
    SampleSource source {.file = recording,
                         .isRecording = true,
                         .step = intent->effect,
                         .agent = intent->agent,
                         .call = std::get<ModelCall>(requestOf(*wanted, ModelCall {})),
                         .recorded = {},
                         .usage = {},
                         .isWhole = true,
                         .missing = {},
                         .wanted = place->wanted,
                         .effectClass = wanted->effectClass,
                         .started = *started,
                         .root = recordingKey(*first)};
    if (place->ended != 0) {
        const auto end = eventAt(*log, place->ended);
        if (!end)
            return fail(end.error());
        const auto& ended = std::get<EffectEnded>(end->fact);
        source.recorded = outcomeOf(ended, end->time);
        source.usage = ended.usage;
    }
    if (holdsMaskedKey(source.call.request.messages))
        source.missing.emplace_back(
            "A key was masked when this was recorded: its placeholder is sent.");
    return source;
}

Result<SampleSource>
readSampleSource(const Trace& trace, SpanId span, const std::filesystem::path& file)
{
    if (!span.isValid() || span.index() >= trace.spanCount())
        return fail(ErrorCode::NotFound, "There is no such step.");
    if (trace.kind(span) != tracestore::SpanKind::Llm)
        return fail(ErrorCode::Invalid,
                    "Step " + std::to_string(span.value) + " (" + std::string(trace.name(span))
                        + ") is no call of a model: it cannot be sampled.");
    const auto detail = trace.payloads().detail(span);
    if (!detail)
        return fail(detail.error());
    const std::string_view id = trace.origId(span);
    SampleSource source;
    source.file = file;
    source.step = id.empty() ? '#' + std::to_string(span.value) : std::string(id);
    source.agent = agentNameOf(trace, span);
    source.call.target.model = modelOf(trace, span);
    source.call.request.model = source.call.target.model;
    source.call.request.messages = tracestore::MessageChain(detail->input);
    source.isWhole = detail->inputState == ContentState::Full;
    tellState(detail->inputState, source.missing);
    source.call.request.parameters = parametersJson(*detail, source.missing);
    source.call.request.tools = offeredTools(detail->toolDefinitions, source.missing);
    tellContents(source, source.missing);
    source.recorded = recordedAnswer(trace, span, *detail);
    if (const auto* usage = trace.usage(span))
        source.usage = *usage;
    return source;
}

Result<std::vector<ChatRequest>> readCallsBefore(const SampleSource& source,
                                                 const std::string& provider)
{
    std::vector<ChatRequest> calls;
    if (!source.isRecording)
        return calls;
    auto log = tracestore::openLog(source.file);
    if (!log)
        return fail(std::move(log).error());
    const std::int64_t last = source.wanted - 1;
    const auto ends = tracestore::readEvents(*log, {.to = last, .type = "effect_ended"});
    if (!ends)
        return fail(ends.error());
    std::unordered_set<std::string> asked; // those that came to a provider
    for (const RunEvent& event : *ends) {
        const OutcomeOrigin origin = std::get<EffectEnded>(event.fact).origin;
        if (origin == OutcomeOrigin::Live || origin == OutcomeOrigin::Script)
            asked.insert(event.effect);
    }
    const auto intents = tracestore::readEvents(*log, {.to = last, .type = "effect_wanted"});
    if (!intents)
        return fail(intents.error());
    for (const RunEvent& event : *intents) {
        const auto& wanted = std::get<EffectWanted>(event.fact);
        if (wanted.kind == EffectKind::Model && wanted.provider == provider
            && asked.contains(event.effect))
            calls.push_back(std::get<ModelCall>(requestOf(wanted, ModelCall {})).request);
    }
    return calls;
}

Result<std::vector<EditMade>> editSample(SampleSource& source, const std::vector<ForkEdit>& edits)
{
    std::vector<EditMade> made;
    for (const ForkEdit& edit : edits) {
        const bool isWhole = edit.path == kRequestOfStep;
        if (!isWhole && !edit.path.starts_with("request."))
            return fail(ErrorCode::Invalid,
                        "`" + edit.path
                            + "` is no part of the request: a sample changes what is sent, as in "
                              "request.system or request.param.temperature.");
        const json form = formOf(source.call);
        const auto before = isWhole
            ? std::optional(form)
            : valueOfForm(form, edit.path.substr(kRequestOfStep.size() + 1));
        EditMade change {edit.path, tracestore::toJsonText(before.value_or(json())), edit.value};
        auto edited = editedRequest(source.call, change);
        if (!edited)
            return fail(std::move(edited).error());
        source.call = std::get<ModelCall>(std::move(*edited));
        made.push_back(std::move(change));
    }
    return made;
}

} // namespace engine
