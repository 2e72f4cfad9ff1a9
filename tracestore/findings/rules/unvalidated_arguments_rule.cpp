#include "tracestore/findings/failure_class.h"
#include "tracestore/findings/finding_texts.h"
#include "tracestore/findings/rules/rules.h"

#include <algorithm>
#include <map>

namespace tracestore {
namespace {

    struct UnfitCalls
    {
        std::vector<SpanId> steps;
        std::string complaint;
        std::string arguments;
    };

    /// What instrumentation of Python writes of a function's call are not the arguments that the
    /// model gave.
    bool isOfFunction(std::string_view arguments)
    {
        return arguments.find("\"args\"") != std::string_view::npos
            && arguments.find("\"kwargs\"") != std::string_view::npos;
    }

    /// A tool was carried out although its arguments do not fit the schema that the model was told.
    class UnvalidatedArgumentsWatch : public RuleWatch
    {
    public:
        explicit UnvalidatedArgumentsWatch(const RuleContext& context)
            : m_context(context)
        { }

        void see(const FindingStep& step) override
        {
            if (!m_context.options.checkArguments)
                return;
            const ToolList*& offered = m_offered[step.lane()];
            if (step.isModelCall()) {
                if (const ToolList* list = step.offered())
                    offered = list;
                return;
            }
            if (offered == nullptr || m_context.trace.status(step.span()) == SpanStatus::Error
                || m_context.trace.status(step.span()) == SpanStatus::Cancelled)
                return;
            const ToolFacts* facts = step.toolFacts();
            // Without a result nobody knows whether it was carried out.
            if (facts == nullptr || facts->arguments.empty() || facts->result.empty()
                || isOfFunction(facts->arguments))
                return;
            const auto tool = std::ranges::find(offered->tools, facts->tool, &OfferedTool::name);
            if (tool == offered->tools.end() || tool->schema.empty()
                || failureClass(nullptr, facts->result.substr(0, 200)) == FailureClass::Permanent)
                return;
            std::string complaint
                = m_context.options.checkArguments(tool->schema, facts->arguments);
            if (!complaint.empty())
                note(step.span(), *facts, std::move(complaint));
        }

        void endSession() override
        {
            m_offered.takeAll([](const ToolList*) {});
        }

        void end() override
        {
            for (const auto& [key, unfit] : m_unfit)
                m_context.found.add(findingOf(unfit));
        }

    private:
        void note(SpanId span, const ToolFacts& facts, std::string complaint)
        {
            UnfitCalls& unfit = m_unfit[{std::string(facts.tool), complaint}];
            if (unfit.steps.empty()) {
                unfit.arguments = lineOf(facts.arguments);
                unfit.complaint = std::move(complaint);
            }
            unfit.steps.push_back(span);
        }

        [[nodiscard]] Finding findingOf(const UnfitCalls& unfit) const
        {
            const auto calls = static_cast<std::int64_t>(unfit.steps.size());
            return {.severity = Severity::Warning,
                    .steps = unfit.steps,
                    .title = ticked(m_context.trace.name(unfit.steps.front()))
                        + " was carried out with arguments that do not fit its schema",
                    .explanation = "By the schema that the model was told: "
                        + lineOf(unfit.complaint, 300) + ". The arguments: " + unfit.arguments
                        + (calls > 1 ? ". So in " + counted(calls, "call") + '.' : "."),
                    .wayOut
                    = "Check arguments against the schema before a tool runs, and give what "
                      "does not fit back to the model with a sentence that says what was "
                      "expected, as Kymo's agents do. If the tool is right to take them, "
                      "mend its schema.",
                    .figures = {{"calls", static_cast<double>(calls), ""}}};
        }

        RuleContext m_context;
        Lanes<const ToolList*> m_offered;
        std::map<std::pair<std::string, std::string>, UnfitCalls> m_unfit; ///< by tool, complaint
    };

} // namespace

std::unique_ptr<const FindingRule> makeUnvalidatedArgumentsRule()
{
    return std::make_unique<WatchRule<UnvalidatedArgumentsWatch>>(
        "unvalidated-arguments",
        "Arguments that were not checked",
        "A tool that was carried out although its arguments do not fit its schema");
}

} // namespace tracestore
