#include "tracestore/findings/finding_texts.h"
#include "tracestore/findings/rules/rules.h"
#include "tracestore/findings/rules/tool_words.h"

#include <array>
#include <map>
#include <set>

namespace tracestore {
namespace {

    struct OpeningWord
    {
        std::string_view opens;
        std::array<std::string_view, 5> closes;
    };

    constexpr std::array<OpeningWord, 14> kOpeningWords {{
        {"open", {"close"}},
        {"connect", {"disconnect", "close"}},
        {"start", {"stop", "end", "finish", "close"}},
        {"begin", {"commit", "rollback", "end", "finish", "abort"}},
        {"acquire", {"release"}},
        {"lock", {"unlock", "release"}},
        {"mount", {"unmount", "umount"}},
        {"login", {"logout"}},
        {"subscribe", {"unsubscribe"}},
        {"allocate", {"free", "release", "deallocate"}},
        {"reserve", {"release"}},
        {"create", {"close", "destroy", "terminate", "end"}},
        {"launch", {"close", "quit", "terminate", "kill"}},
        {"spawn", {"kill", "terminate"}},
    }};

    std::string joinedWords(const std::vector<std::string>& words)
    {
        std::string text;
        for (const std::string& word : words)
            text += word + ' ';
        return text;
    }

    /// The names that a tool closing what this one opens may have, as joined words.
    std::vector<std::string> closersOf(std::string_view tool)
    {
        std::vector<std::string> closers;
        const std::vector<std::string> words = toolWords(tool);
        for (std::size_t i = 0; i < words.size(); ++i) {
            for (const OpeningWord& word : kOpeningWords) {
                if (words[i] != word.opens)
                    continue;
                for (const std::string_view closes : word.closes) {
                    std::vector<std::string> name = words;
                    name[i] = closes;
                    if (!closes.empty())
                        closers.push_back(joinedWords(name));
                }
            }
        }
        return closers;
    }

    struct OpenedBy
    {
        std::vector<SpanId> steps;
        std::int64_t all = 0;
    };

    /// A resource was opened by a tool that has a counterpart, and never closed by it. The
    /// counterpart must be known: on offer, or called somewhere in the trace.
    class UnclosedResourceWatch : public RuleWatch
    {
    public:
        explicit UnclosedResourceWatch(const RuleContext& context)
            : m_context(context)
        { }

        void see(const FindingStep& step) override
        {
            if (step.isModelCall()) {
                if (const ToolList* list = step.offered();
                    list != nullptr && m_lists.insert(list).second) {
                    for (const OfferedTool& tool : list->tools)
                        m_known.emplace(joinedWords(toolWords(tool.name)), tool.name);
                }
                return;
            }
            const std::string tool(m_context.trace.name(step.span()));
            const std::string words = joinedWords(toolWords(tool));
            m_known.emplace(words, tool);
            if (m_context.trace.status(step.span()) == SpanStatus::Error)
                return;
            const SessionId session = m_context.trace.sessionOf(step.span());
            if (!closersOf(tool).empty()) {
                OpenedBy& opened = m_opened[{session, tool}];
                opened.steps.push_back(step.span());
                ++opened.all;
            }
            ++m_calls[{session, words}];
        }

        void end() override
        {
            for (const auto& [key, opened] : m_opened)
                judge(key.first, key.second, opened);
        }

    private:
        void judge(SessionId session, const std::string& tool, const OpenedBy& opened)
        {
            std::string closer;
            std::int64_t closed = 0;
            for (const std::string& words : closersOf(tool)) {
                const auto known = m_known.find(words);
                if (known == m_known.end())
                    continue;
                closer = closer.empty() ? known->second : closer;
                const auto calls = m_calls.find({session, words});
                closed += calls == m_calls.end() ? 0 : calls->second;
            }
            if (closer.empty() || closed >= opened.all)
                return;
            const std::int64_t left = opened.all - closed;
            Finding finding {.severity = closed == 0 ? Severity::Warning : Severity::Note};
            finding.steps.assign(opened.steps.end() - static_cast<std::ptrdiff_t>(left),
                                 opened.steps.end());
            finding.title = "What " + ticked(tool) + " opened was not closed"
                + (opened.all > 1
                       ? " in " + std::to_string(left) + " of " + counted(opened.all, "call")
                       : std::string());
            finding.explanation = "There is " + ticked(closer) + " to close it; the run calls it "
                + counted(closed, "time")
                + ". What stays open is held until somebody else ends it.";
            finding.wayOut = "Say in the description of " + ticked(tool)
                + " that it has to be closed, close it when the run ends, or make one tool of both "
                  "that opens, works and closes.";
            finding.figures = {{"open", static_cast<double>(left), ""}};
            m_context.found.add(std::move(finding));
        }

        RuleContext m_context;
        std::set<const ToolList*> m_lists;
        std::map<std::string, std::string> m_known; ///< names of tools by their words
        std::map<std::pair<SessionId, std::string>, OpenedBy> m_opened; ///< by tool
        std::map<std::pair<SessionId, std::string>, std::int64_t> m_calls; ///< by words
    };

} // namespace

std::unique_ptr<const FindingRule> makeUnclosedResourceRule()
{
    return std::make_unique<WatchRule<UnclosedResourceWatch>>(
        "unclosed-resource",
        "Resources that stay open",
        "A tool that opens something whose counterpart was not called");
}

} // namespace tracestore
