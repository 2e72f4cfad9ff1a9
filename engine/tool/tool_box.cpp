#include "engine/tool/tool_box.h"

#include "engine/effect/secret_cover.h"
#include "engine/tool/ending_tool.h"
#include "engine/tool/json_schema.h"
#include "engine/tool/tool_selection.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"
#include "tracestore/query/query_value.h"

#include <nlohmann/json.hpp>

#include <QTimer>

#include <algorithm>
#include <chrono>

namespace engine {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;
using tracestore::Truth;

namespace {

    /// Providers take no longer names and no other characters.
    constexpr std::size_t kLongestName = 64;
    constexpr std::size_t kMaxArgumentBytes = std::size_t {16} << 20U;

    bool isToolName(std::string_view name)
    {
        return !name.empty() && name.size() <= kLongestName
            && std::ranges::all_of(name, [](char c) {
                   return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                       || c == '_' || c == '-';
               });
    }

    std::chrono::milliseconds inMilliseconds(tracestore::Duration duration)
    {
        constexpr std::int64_t kLongest = 24LL * 3600 * 1000;
        return std::chrono::milliseconds(
            std::clamp<std::int64_t>(duration.ns / 1'000'000, 1, kLongest));
    }

    Outcome brokenCondition(const char* type, const ToolCondition& condition, Truth truth)
    {
        const bool isKnown = truth == Truth::False;
        return toolError(
            type,
            "The " + std::string(type) + " `" + condition.text() + "` "
                + (isKnown ? "does not hold." : "cannot be told: what it names is not there."));
    }

} // namespace

struct ToolBox::Entry
{
    std::shared_ptr<Tool> tool;
    ToolInfo info;
    JsonSchema schema;
    ToolRules rules;
};

/// One call on its way through what stands around it.
class ToolBox::Call : public EndingTool
{
public:
    Call(ToolBox& box, std::shared_ptr<const Entry> entry, ToolCall call, ToolHandlers handlers)
        : EndingTool(std::move(handlers))
        , m_entry(std::move(entry))
        , m_call(std::move(call))
    {
        m_deadline.setSingleShot(true);
        QObject::connect(&m_deadline, &QTimer::timeout, context(), [this] { onDeadline(); });
        if (auto refusal = prepare(box))
            end(std::move(*refusal));
        else if (m_entry->info.lock.empty())
            run();
        else
            m_claim = box.m_locks.claim(m_entry->info.lock, [this] { run(); });
    }

    void cancel() override
    {
        m_isCancelled = true;
        stop();
    }

private:
    /// Why it cannot start, or nothing; then m_call holds the arguments for the tool.
    std::optional<Outcome> prepare(const ToolBox& box)
    {
        if (m_call.arguments.find_first_not_of(" \t\r\n") == std::string::npos)
            m_call.arguments = "{}"; // what models write where there is nothing to say
        auto arguments = tracestore::parseJson(m_call.arguments, {.bytes = kMaxArgumentBytes});
        if (!arguments)
            return toolError("arguments",
                             "The arguments are not valid JSON: " + arguments.error().message);
        if (auto fits = m_entry->schema.check(*arguments);
            !fits && fits.error().code != ErrorCode::Limit)
            return toolError("arguments", fits.error().message);
        if (!arguments->is_object())
            return toolError("arguments", "arguments: expected an object");
        m_written = m_call.arguments;
        for (const ToolCondition& condition : m_entry->rules.preconditions) {
            const Truth truth = condition.evaluate(m_written, {});
            if (truth != Truth::True)
                return brokenCondition("precondition", condition, truth);
        }
        return putSecretsIn(*arguments, box);
    }

    std::optional<Outcome> putSecretsIn(nlohmann::json& arguments, const ToolBox& box)
    {
        if (m_entry->rules.secrets.empty())
            return std::nullopt;
        for (const auto& [argument, variable] : m_entry->rules.secrets) {
            const auto secret = box.m_secrets ? box.m_secrets(variable) : std::nullopt;
            if (!secret || secret->empty())
                return toolError("secret",
                                 "The environment variable " + variable
                                     + ", which this tool needs, is not set.");
            if (secret->size() < SecretCover::kShortest)
                return toolError("secret",
                                 "What the environment variable " + variable
                                     + " holds is too short to be kept out of results.");
            m_cover.add(variable, *secret);
            arguments[argument] = *secret;
        }
        m_call.arguments = tracestore::toJsonText(arguments);
        return std::nullopt;
    }

    void run()
    {
        if (hasEnded())
            return;
        m_deadline.start(inMilliseconds(m_entry->info.timeout));
        ToolHandlers handlers {
            .progress = [this](const std::string& text) { tellProgress(m_cover.masked(text)); },
            .done = [this](Outcome outcome) { finish(std::move(outcome)); }};
        m_running = m_entry->tool->start(m_call, std::move(handlers));
    }

    void onDeadline()
    {
        if (m_isStopping)
            return finish(cancelledOutcome());
        m_isLate = true;
        stop();
    }

    void stop()
    {
        if (!m_running)
            return finish(cancelledOutcome());
        if (std::exchange(m_isStopping, true))
            return;
        m_deadline.start(inMilliseconds(m_entry->info.stopGrace));
        m_running->cancel();
    }

    void finish(Outcome outcome)
    {
        m_deadline.stop();
        m_cover.mask(outcome);
        if (m_isLate && !m_isCancelled)
            outcome = lateOutcome(std::move(outcome));
        else if (m_isCancelled)
            outcome = cancelledOutcome(std::move(outcome.text));
        else if (outcome.isOk())
            checkResult(outcome);
        m_claim.reset();
        end(std::move(outcome));
    }

    [[nodiscard]] Outcome lateOutcome(Outcome partial) const
    {
        const auto ms = inMilliseconds(m_entry->info.timeout).count();
        const std::string limit = ms % 1000 == 0 ? std::to_string(ms / 1000) + " seconds"
                                                 : std::to_string(ms) + " milliseconds";
        // What it left behind weighs more than why it was stopped.
        const bool hasLeftSomething = partial.error && partial.error->type == kNotUndone;
        Outcome outcome
            = toolError(hasLeftSomething ? kNotUndone : "timeout",
                        "The tool gave no result within " + limit + " and was stopped.");
        outcome.text = std::move(partial.text);
        return outcome;
    }

    void checkResult(Outcome& outcome) const
    {
        for (const ToolCondition& condition : m_entry->rules.postconditions) {
            const Truth truth = condition.evaluate(m_written, outcome.text);
            if (truth == Truth::True)
                continue;
            std::string text = std::move(outcome.text);
            outcome = brokenCondition("postcondition", condition, truth);
            outcome.text = std::move(text);
            return;
        }
    }

    std::shared_ptr<const Entry> m_entry;
    ToolCall m_call;
    std::string m_written; ///< the arguments without secrets
    SecretCover m_cover;
    QTimer m_deadline;
    bool m_isStopping = false;
    bool m_isLate = false;
    bool m_isCancelled = false;
    std::unique_ptr<ToolLocks::Claim> m_claim;
    std::unique_ptr<RunningTool> m_running;
};

ToolBox::ToolBox(ToolLocks& locks, SecretLookup secrets)
    : m_locks(locks)
    , m_secrets(std::move(secrets))
{ }

ToolBox::~ToolBox() = default;

Result<void> ToolBox::add(std::shared_ptr<Tool> tool, const ToolRules& rules)
{
    auto added = std::make_shared<Entry>();
    added->info = withRules(tool->info(), rules);
    added->rules = rules;
    added->tool = std::move(tool);
    const std::string& name = added->info.definition.name;
    if (!isToolName(name))
        return fail(ErrorCode::Invalid,
                    '`' + tracestore::safeLine(name)
                        + "` is no name for a tool: up to 64 letters, digits, _ and - are.");
    if (entry(name))
        return fail(ErrorCode::Invalid, "There are two tools with the name `" + name + "`.");
    if (!added->info.definition.inputSchema.empty()) {
        auto schema = JsonSchema::parse(added->info.definition.inputSchema);
        if (!schema)
            return fail(std::move(schema).error().in("tool `" + name + '`'));
        added->schema = std::move(*schema);
    }
    m_entries.push_back(std::move(added));
    return {};
}

void ToolBox::removeServer(std::string_view server)
{
    std::erase_if(m_entries, [&](const auto& entry) { return entry->info.server == server; });
}

std::shared_ptr<const ToolBox::Entry> ToolBox::entry(std::string_view name) const
{
    const auto found = std::ranges::find_if(
        m_entries, [&](const auto& entry) { return entry->info.definition.name == name; });
    return found == m_entries.end() ? nullptr : *found;
}

const ToolInfo* ToolBox::find(std::string_view name) const
{
    const auto found = entry(name);
    return found ? &found->info : nullptr;
}

std::vector<ToolDefinition> ToolBox::definitions() const
{
    std::vector<ToolDefinition> all;
    for (const auto& entry : m_entries)
        all.push_back(entry->info.definition);
    return all;
}

std::vector<ToolDefinition> ToolBox::offered(std::string_view query, std::size_t most) const
{
    const std::vector<ToolDefinition> all = definitions();
    std::vector<ToolDefinition> chosen;
    for (const std::size_t i : toolsLike(query, all, most))
        chosen.push_back(all[i]);
    return chosen;
}

std::unique_ptr<RunningTool> ToolBox::start(const ToolCall& call, ToolHandlers handlers)
{
    if (auto found = entry(call.tool))
        return std::make_unique<Call>(*this, std::move(found), call, std::move(handlers));
    return std::make_unique<AnsweredTool>(std::move(handlers), unknownTool(call.tool));
}

void ToolBox::recall(const ToolCall& call) const
{
    if (const auto found = entry(call.tool))
        found->tool->recall(call);
}

Outcome ToolBox::unknownTool(const std::string& name) const
{
    std::vector<std::string_view> names;
    for (const auto& entry : m_entries)
        names.push_back(entry->info.definition.name);
    const std::string_view near = tracestore::nearestWord(name, names);
    std::string hint;
    if (!near.empty()) {
        hint = " Did you mean `" + std::string(near) + "`?";
    } else if (!names.empty()) {
        for (const std::string_view known : names)
            hint += (hint.empty() ? " There are " : ", ") + std::string(known);
        hint += '.';
    }
    return toolError("unknown_tool",
                     "There is no tool `" + tracestore::safeLine(name) + "`." + hint);
}

} // namespace engine
