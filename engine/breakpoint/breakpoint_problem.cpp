#include "engine/breakpoint/breakpoint_problem.h"

#include "engine/breakpoint/bare_words.h"
#include "engine/breakpoint/edit_path.h"
#include "engine/breakpoint/expression.h"
#include "engine/breakpoint/point_subject.h"
#include "tracestore/query/query_lexer.h"
#include "tracestore/query/query_path.h"

#include <algorithm>

namespace engine {

using tracestore::QueryNode;

namespace {

    using Problem = std::optional<BreakpointProblem>;

    /// Whose condition it is, and when it is asked.
    struct Asker
    {
        StopKind kind = StopKind::Step;
        bool isFault = false;
    };

    /// The first term that a moment cannot answer, or a scope.
    const QueryNode* firstUnanswered(const QueryNode& node, StopKind kind)
    {
        if (node.kind == QueryNode::Kind::Scope)
            return &node;
        if (node.kind == QueryNode::Kind::Term) {
            const FieldAtStop at = fieldAtStop(node.term.field);
            const bool isKnown = at == FieldAtStop::Always
                || (at == FieldAtStop::Outcome && infoOf(kind).hasOutcome);
            return isKnown ? nullptr : &node;
        }
        for (const QueryNode& child : node.children) {
            if (const QueryNode* found = firstUnanswered(child, kind))
                return found;
        }
        return nullptr;
    }

    /// Where a field or scope stands in the text.
    BreakpointProblem
    placed(BreakpointProblem problem, std::string_view text, const QueryNode& node)
    {
        for (const tracestore::QueryToken& token : tracestore::tokensOf(text).tokens) {
            if (!token.is(tracestore::QueryToken::Type::Word))
                continue;
            const auto* const field = tracestore::readPath(token.text).field;
            const bool isIt = node.kind == QueryNode::Kind::Scope
                ? tracestore::isWord(token.text, tracestore::toWord(node.scope))
                : field != nullptr && field->id == node.term.field;
            if (!isIt)
                continue;
            problem.position = token.begin;
            problem.length = token.end - token.begin;
            break;
        }
        return problem;
    }

    /// The kind at which the outcome of what this kind stops at is known.
    std::string_view kindAfter(StopKind kind)
    {
        return infoOf(kind == StopKind::BeforeModel || kind == StopKind::FirstToken
                          ? StopKind::AfterModel
                          : StopKind::AfterTool)
            .label;
    }

    BreakpointProblem unanswered(const QueryNode& node, const Asker& asker)
    {
        if (node.kind == QueryNode::Kind::Scope)
            return {(asker.isFault ? "A fault rule" : "A breakpoint")
                        + std::string(" cannot ask for other steps with `")
                        + std::string(tracestore::toWord(node.scope)) + "(...)`.",
                    "Ask for what was before with `repeat(args)`, `errors.session` or `state`."};
        const std::string name(tracestore::fieldOf(node.term.field).name);
        if (fieldAtStop(node.term.field) == FieldAtStop::Never)
            return {"`" + name + "` is not known while a run is under way.",
                    node.term.field == tracestore::FieldId::Errors
                        ? "Did you mean `errors.session`?"
                        : "It can be searched for in a saved trace."};
        if (asker.isFault)
            return {"`" + name + "` is not known yet: a step fails before it is sent.",
                    "Ask for what is sent, the state or the history."};
        return {"`" + name + "` is not known yet: this stops before it is.",
                "Choose \"" + std::string(kindAfter(asker.kind)) + "\", or ask for what is sent."};
    }

    Problem ofQuery(std::string_view text, const Asker& asker)
    {
        const auto parsed = tracestore::Query::parse(text);
        if (parsed.error)
            return BreakpointProblem {parsed.error->message,
                                      parsed.error->hint,
                                      parsed.error->position,
                                      parsed.error->length};
        if (hasBareWords(*parsed.query))
            return BreakpointProblem {
                "A field, an operator or a value is missing.",
                "Conditions look like `args.amount > 500`; `text contains refund` searches all."};
        const QueryNode* root = parsed.query->root();
        const QueryNode* node = root == nullptr ? nullptr : firstUnanswered(*root, asker.kind);
        if (node == nullptr)
            return {};
        return placed(unanswered(*node, asker), text, *node);
    }

    Problem ofChanged(const Breakpoint& breakpoint)
    {
        if (breakpoint.changed.empty())
            return {};
        const auto read = tracestore::readPath(changedField(breakpoint));
        if (read.field == nullptr || !read.problem.empty())
            return BreakpointProblem {"`" + breakpoint.changed + "` names nothing that can change.",
                                      "Paths look like `args.amount` or `state.plan[0].status`."};
        const FieldAtStop at = fieldAtStop(read.field->id);
        if (at == FieldAtStop::Outcome && !infoOf(breakpoint.kind).hasOutcome)
            return BreakpointProblem {
                "`" + breakpoint.changed + "` is not known yet at that moment.",
                "Choose \"" + std::string(kindAfter(breakpoint.kind)) + "\"."};
        if (at == FieldAtStop::Never)
            return BreakpointProblem {
                "`" + breakpoint.changed + "` is not known while a run is under way.", ""};
        return {};
    }

    Problem ofAction(const LogAction& action, StopKind)
    {
        const auto text = TextTemplate::parse(action.text);
        if (text)
            return {};
        return BreakpointProblem {"The text of the log cannot be read. " + text.error().message,
                                  ""};
    }

    Problem ofAction(const EditAction& action, StopKind kind)
    {
        const std::string problem = problemOfEdit(action.path, kind);
        if (problem.empty())
            return {};
        return BreakpointProblem {problem, editPathHint(kind)};
    }

    Problem ofAction(const AnswerAction& action, StopKind kind)
    {
        const bool isStatus
            = action.status == OutcomeStatus::Ok || action.status == OutcomeStatus::Error;
        if (!isStatus)
            return BreakpointProblem {"An answer is either ok or an error.", ""};
        if (!isOfOneStep(kind))
            return BreakpointProblem {"There is no step to answer at this kind of moment.",
                                      "Answers fit calls of models and tools, hand-offs and "
                                      "questions."};
        return {};
    }

    template<class Action>
    Problem ofAction(const Action&, StopKind)
    {
        return {};
    }

} // namespace

std::string changedField(const Breakpoint& breakpoint)
{
    const std::string& path = breakpoint.changed;
    const bool isOfState = breakpoint.kind == StopKind::StateChange;
    const bool isNamed = path.starts_with("state.") || path.starts_with("state[");
    if (!isOfState || isNamed || path == "state")
        return path;
    return path.starts_with('[') ? "state" + path : "state." + path;
}

Problem conditionProblem(const Breakpoint& breakpoint)
{
    if (!breakpoint.condition.empty()) {
        if (Problem problem = ofQuery(breakpoint.condition, {breakpoint.kind}))
            return problem;
    }
    return ofChanged(breakpoint);
}

Problem problemOf(const Breakpoint& breakpoint)
{
    if (Problem problem = conditionProblem(breakpoint))
        return problem;
    for (const BreakpointAction& action : breakpoint.actions) {
        Problem problem
            = std::visit([&](const auto& of) { return ofAction(of, breakpoint.kind); }, action);
        if (problem)
            return problem;
    }
    return {};
}

Problem problemOf(const FaultRule& rule)
{
    if (rule.condition.empty())
        return {};
    const bool isOfModels = rule.scope.tool.empty() && !rule.scope.model.empty();
    return ofQuery(rule.condition,
                   {isOfModels ? StopKind::BeforeModel : StopKind::BeforeTool, true});
}

} // namespace engine
