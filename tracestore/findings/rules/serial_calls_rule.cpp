#include "tracestore/findings/finding_texts.h"
#include "tracestore/findings/rules/rules.h"
#include "tracestore/findings/rules/tool_words.h"
#include "tracestore/provenance/json_leaves.h"
#include "tracestore/provenance/word_reader.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace tracestore {
namespace {

    constexpr std::size_t kLeastRow = 3;
    constexpr std::size_t kMostWords = 1'000'000; ///< of a lane; of later ones nothing is known
    constexpr std::size_t kMostRow = 500; ///< a longer one is told in pieces

    /// Calls of one tool, one after another, that could have been asked for at once.
    struct SerialRow
    {
        std::vector<SpanId> models; ///< the calls that asked
        std::vector<SpanId> tools;
        std::string tool;
        std::vector<std::uint64_t> arguments; ///< what tells the calls apart, of each
        std::uint32_t since = 0; ///< the number of the first model call
    };

    struct SerialLane
    {
        std::unordered_map<std::uint64_t, std::uint32_t> known; ///< words: since which model call
        std::uint32_t calls = 0; ///< of the model so far
        SerialRow row;
        bool isWaiting = false; ///< the model asked for one tool whose step is not there yet
    };

    /// The rows of one tool in all of the trace.
    struct SerialTool
    {
        std::vector<SpanId> longest;
        std::size_t calls = 0;
        std::size_t rows = 0;
        Duration lost;
        bool hasTime = true; ///< of all of them
    };

    /// Long enough, or with a figure in it, not to stand somewhere by accident.
    bool isTelling(const Word& word, std::string_view text)
    {
        if (word.isNumber)
            return word.length >= 2;
        const std::string_view written = text.substr(word.offset, word.length);
        return word.length >= 3
            || (word.length == 2 && written.find_first_of("0123456789") != std::string_view::npos);
    }

    /// Reads of the same tool that a model asks for one by one, though it knew all arguments before
    /// it had the first result.
    class SerialCallsWatch : public RuleWatch
    {
    public:
        explicit SerialCallsWatch(const RuleContext& context)
            : m_context(context)
        { }

        void see(const FindingStep& step) override
        {
            SerialLane& lane = m_lanes[step.lane()];
            if (step.isModelCall())
                seeModel(step, lane);
            else
                seeTool(step, lane);
        }

        void endSession() override
        {
            m_lanes.takeAll([&](SerialLane& lane) { close(lane); });
        }

        void end() override
        {
            for (auto& [name, tool] : m_rows)
                tell(name, tool);
        }

    private:
        void seeModel(const FindingStep& step, SerialLane& lane)
        {
            const StepContent* content = step.content();
            if (content == nullptr || content->input.isEmpty()) {
                close(lane);
                return;
            }
            ++lane.calls;
            for (const Message* message : step.fresh())
                learn(*message, lane);
            // What it says itself beside the calls it knew when it asked.
            learnText(saidText(content->rest), lane);
            const std::vector<const ToolCallPart*> asked = askedCalls(content->rest);
            if (asked.size() != 1 || !readsByName(asked[0]->name)) {
                close(lane);
                return;
            }
            const KnownArguments arguments = lookAt(asked[0]->arguments, lane.row.since, lane);
            // What only differs in words that tell nothing may come from anywhere.
            const bool isNew = std::ranges::find(lane.row.arguments, arguments.words)
                == lane.row.arguments.end();
            if (lane.row.models.empty() || lane.row.tool != asked[0]->name || !arguments.isKnown
                || !isNew || lane.row.models.size() >= kMostRow) {
                close(lane);
                lane.row = {.tool = asked[0]->name, .since = lane.calls};
            }
            lane.row.models.push_back(step.span());
            lane.row.arguments.push_back(arguments.words);
            lane.isWaiting = true;
        }

        void seeTool(const FindingStep& step, SerialLane& lane)
        {
            const bool fits = lane.isWaiting && lane.row.tool == m_context.trace.name(step.span())
                && m_context.trace.status(step.span()) != SpanStatus::Error;
            lane.isWaiting = false;
            if (fits)
                lane.row.tools.push_back(step.span());
            else
                close(lane);
        }

        static void learn(const Message& message, SerialLane& lane)
        {
            for (const MessagePart& part : message.parts) {
                if (const auto* text = std::get_if<TextPart>(&part))
                    learnText(text->text, lane);
                else if (const auto* result = std::get_if<ToolResultPart>(&part))
                    learnText(result->content, lane);
                else if (const auto* call = std::get_if<ToolCallPart>(&part))
                    learnText(call->arguments, lane);
                else if (const auto* thought = std::get_if<ReasoningPart>(&part))
                    learnText(thought->isEncrypted ? std::string() : thought->text, lane);
            }
        }

        static void learnText(const std::string& text, SerialLane& lane)
        {
            WordReader reader(text, formOf(text));
            Word word;
            while (reader.next(word)) {
                if (isTelling(word, text) && lane.known.size() < kMostWords)
                    lane.known.try_emplace(word.hash, lane.calls);
            }
        }

        struct KnownArguments
        {
            bool isKnown = true; ///< all stood in the conversation when that call was made
            std::uint64_t words = 0; ///< a hash of those that tell something
        };

        static KnownArguments
        lookAt(const std::string& arguments, std::uint32_t since, const SerialLane& lane)
        {
            KnownArguments found;
            visitJsonLeaves(arguments, [&](const JsonLeaf& leaf) {
                const std::string_view text
                    = std::string_view(arguments).substr(leaf.offset, leaf.length);
                if (text == "true" || text == "false" || text == "null")
                    return true;
                WordReader reader(text, TextForm::Json, leaf.isString);
                Word word;
                while (reader.next(word)) {
                    if (!isTelling(word, text))
                        continue;
                    const auto known = lane.known.find(word.hash);
                    found.isKnown
                        = found.isKnown && known != lane.known.end() && known->second <= since;
                    found.words = found.words * 31 + word.hash;
                }
                return true;
            });
            found.isKnown = found.isKnown && found.words != 0;
            return found;
        }

        void close(SerialLane& lane)
        {
            lane.isWaiting = false;
            SerialRow row = std::move(lane.row);
            lane.row = {};
            if (row.tools.size() < kLeastRow)
                return;
            SerialTool& tool = m_rows[row.tool];
            const auto lost = lostTime(row);
            tool.hasTime = tool.hasTime && lost.has_value();
            tool.lost.ns += lost.value_or(Duration()).ns;
            tool.calls += row.tools.size();
            ++tool.rows;
            if (row.tools.size() > tool.longest.size())
                tool.longest = std::move(row.tools);
        }

        void tell(const std::string& name, SerialTool& tool)
        {
            const auto count = static_cast<std::int64_t>(tool.longest.size());
            const auto saved = static_cast<std::int64_t>(tool.calls - tool.rows);
            Finding finding {.severity = Severity::Note};
            finding.title = counted(count, "call") + " of " + ticked(name)
                + " one after another that do not need each other";
            finding.explanation = "All that stands in their arguments stood in the conversation "
                                  "before the first of them was made; none uses a result of those "
                                  "before it.";
            if (tool.rows > 1)
                finding.explanation += " There are "
                    + counted(static_cast<std::int64_t>(tool.rows), "row") + " like this one.";
            finding.explanation
                += " Asked for at once that is " + counted(saved, "call") + " of the model less";
            if (tool.hasTime && tool.lost.ns > 0) {
                finding.explanation += ", about " + timeInWords(tool.lost);
                finding.figures.push_back({"time", static_cast<double>(tool.lost.ns) / 1e9, "s"});
            }
            finding.explanation += '.';
            finding.wayOut
                = "Say in the prompt that calls that do not need each other are asked for "
                  "together, allow the model to (`parallel_tool_calls`), or let the tool "
                  "take a list.";
            finding.figures.push_back({"calls", static_cast<double>(tool.calls), ""});
            finding.figures.push_back({"rows", static_cast<double>(tool.rows), ""});
            finding.steps = std::move(tool.longest);
            m_context.found.add(std::move(finding));
        }

        /// The calls of the model but the first, and the tools but the longest.
        [[nodiscard]] std::optional<Duration> lostTime(const SerialRow& row) const
        {
            Duration lost;
            Duration longest;
            for (std::size_t i = 0; i < row.tools.size(); ++i) {
                const auto model = m_context.trace.duration(row.models[i]);
                const auto tool = m_context.trace.duration(row.tools[i]);
                if (!model || !tool)
                    return {};
                lost.ns += tool->ns + (i == 0 ? 0 : model->ns);
                longest = std::max(longest, *tool);
            }
            return Duration {lost.ns - longest.ns};
        }

        RuleContext m_context;
        Lanes<SerialLane> m_lanes;
        std::map<std::string, SerialTool> m_rows;
    };

} // namespace

std::unique_ptr<const FindingRule> makeSerialCallsRule()
{
    return std::make_unique<WatchRule<SerialCallsWatch>>(
        "serial-calls",
        "Independent calls one after another",
        "Calls of a tool that only reads, asked for one by one though none needs a result of those "
        "before");
}

} // namespace tracestore
