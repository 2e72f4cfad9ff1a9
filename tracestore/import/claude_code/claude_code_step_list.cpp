#include "tracestore/import/claude_code/claude_code_step_list.h"

namespace tracestore {
ClaudeStepList::ClaudeStepList(const ClaudeSession& ofSession,
                               const ClaudeIndex& ofIndex,
                               const std::vector<std::uint32_t>& lanes,
                               TraceBuilder& pool)
    : session(ofSession)
    , index(ofIndex)
    , laneOf(lanes)
    , builder(pool)
    , openTurn(ofSession.lanes.size(), ClaudeStep::kNone)
    , answeredAt(ofSession.lanes.size(), 0)
{
    tree.agentStep.assign(ofSession.lanes.size(), ClaudeStep::kNone);
    tree.agentName.resize(ofSession.lanes.size());
}

std::uint32_t ClaudeStepList::agentStep(std::uint32_t lane)
{
    if (tree.agentStep[lane] == ClaudeStep::kNone) {
        ClaudeStep step;
        step.kind = SpanKind::Agent;
        step.lane = lane;
        step.origKind = builder.intern(lane == 0 ? "main" : "sidechain");
        step.origId = session.lanes[lane].agentId;
        tree.steps.push_back(std::move(step));
        tree.agentStep[lane] = static_cast<std::uint32_t>(tree.steps.size() - 1);
    }
    return tree.agentStep[lane];
}

std::uint32_t ClaudeStepList::scope(std::uint32_t lineIndex)
{
    const std::uint32_t lane = laneOf[lineIndex];
    return openTurn[lane] != ClaudeStep::kNone ? openTurn[lane] : agentStep(lane);
}

std::uint32_t ClaudeStepList::add(SpanKind kind,
                                  ClaudePayload payload,
                                  std::uint32_t lineIndex,
                                  std::uint32_t parent,
                                  std::string_view origKind)
{
    const ClaudeLine& line = index.lines[lineIndex];
    ClaudeStep step;
    step.kind = kind;
    step.payload = payload;
    step.parent = parent;
    step.lane = laneOf[lineIndex];
    step.origKind = builder.intern(origKind);
    step.origId = line.uuidText;
    step.start = line.time;
    step.end = line.time;
    step.timeSource = line.time ? TimeSource::Line : TimeSource::Unknown;
    step.lines.push_back(lineIndex);
    tree.steps.push_back(std::move(step));
    return static_cast<std::uint32_t>(tree.steps.size() - 1);
}

std::uint32_t ClaudeStepList::addLine(SpanKind kind,
                                      ClaudePayload payload,
                                      std::uint32_t lineIndex,
                                      std::string_view origKind)
{
    const std::uint32_t step = add(kind, payload, lineIndex, scope(lineIndex), origKind);
    tree.steps[step].name = tree.steps[step].origKind;
    return step;
}

std::uint32_t
ClaudeStepList::addFailure(SpanKind kind, std::uint32_t lineIndex, std::string_view name)
{
    const ClaudeLine& line = index.lines[lineIndex];
    const bool isAnswer = line.type == ClaudeLineType::Assistant;
    const std::string_view sort = builder.text(line.subtype);
    const std::uint32_t step = addLine(kind,
                                       isAnswer ? ClaudePayload::Output : ClaudePayload::Attributes,
                                       lineIndex,
                                       isAnswer ? std::string_view("assistant") : sort);
    setName(step, name, name);
    tree.steps[step].status = SpanStatus::Error;
    tree.steps[step].error
        = SpanError {.type = std::string(sort), .message = std::string(builder.text(line.title))};
    return step;
}

void ClaudeStepList::setName(std::uint32_t step, std::string_view name, std::string_view otherwise)
{
    tree.steps[step].name = builder.intern(name.empty() ? otherwise : name);
}

void ClaudeStepList::leaveOut(std::uint32_t lineIndex, std::string message)
{
    const ClaudeLine& line = index.lines[lineIndex];
    isLeftOut = true;
    report(lineIndex,
           ReportSeverity::Dropped,
           std::string(builder.text(line.subtype)),
           std::move(message));
}

void ClaudeStepList::report(std::uint32_t lineIndex,
                            ReportSeverity severity,
                            std::string field,
                            std::string message)
{
    const ClaudeLine& line = index.lines[lineIndex];
    builder.report().add({.severity = severity,
                          .file = index.files[line.file].id.value,
                          .offset = line.offset,
                          .line = line.number,
                          .field = std::move(field),
                          .message = std::move(message)});
}

} // namespace tracestore
