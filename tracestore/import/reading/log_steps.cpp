#include "tracestore/import/reading/log_steps.h"

#include "tracestore/import/reading/short_text.h"

namespace tracestore {
namespace {

    SessionId addSession(const LogSteps::Target& target, const LogSteps::Program& program)
    {
        Session session;
        session.key = target.file.path.stem().string();
        session.producerName = program.name;
        target.builder.origin().producerName = session.producerName;
        return target.builder.addSession(std::move(session));
    }

} // namespace

LogSteps::LogSteps(const Target& target, const Program& program)
    : m_builder(target.builder)
    , m_payloads(target.payloads)
    , m_session(addSession(target, program))
    , m_log(target.builder,
            target.payloads,
            {.session = m_session,
             .name = std::string(program.agent),
             .origId = {},
             .role = {},
             .parent = {}})
    , m_programName(program.name)
{ }

void LogSteps::finish()
{
    m_log.finish();
    if (session().title.empty())
        session().title = m_programName + " session";
}

SpanId LogSteps::addPrompt(std::string_view text,
                           std::string_view origKind,
                           const LogRecord& record,
                           StepPayloads::ReadMessages read)
{
    m_log.beginTurn(shortened(text), record);
    if (session().title.empty())
        session().title = shortened(text, kMaxSessionTitle);
    return addToTurn(text, origKind, record, read);
}

SpanId LogSteps::addToTurn(std::string_view text,
                           std::string_view origKind,
                           const LogRecord& record,
                           StepPayloads::ReadMessages read)
{
    m_log.closeAnswer();
    const SpanId prompt = m_log.addMoment(SpanKind::Message, shortened(text), origKind, record);
    m_payloads.addOutput(prompt, record.place, read);
    m_log.remember(record.place, read);
    return prompt;
}

void LogSteps::passOver(const LogRecord& record)
{
    m_log.addRecord(m_log.container(), record);
}

void LogSteps::drop(const RecordLine& line, const LogRecord& record, std::string_view type)
{
    m_builder.report().add(
        rowOf(ReportSeverity::Dropped,
              line,
              type.empty() ? "type" : type,
              "Records of this type are not shown as steps; they are in the Raw tab of the turn or "
              "the agent in which they stand."));
    passOver(record);
}

Result<std::shared_ptr<const PayloadSource>> readLogs(const std::vector<ImportFile>& files,
                                                      NewLogSteps newSteps,
                                                      TraceBuilder& builder,
                                                      Job& job)
{
    auto payloads = std::make_shared<StepPayloads>(files);
    std::uint64_t records = 0;
    std::optional<Error> failure;
    for (const ImportFile& file : files) {
        const auto steps = newSteps({file, builder, *payloads});
        const auto done = readRecordLines(file, builder, job, [&](const RecordLine& line) {
            ++records;
            builder.report().addMapped();
            steps->add(line);
        });
        steps->finish();
        if (done)
            continue;
        failure = done.error();
        if (failure->code == ErrorCode::Cancelled)
            return fail(*failure);
        builder.report().add({.severity = ReportSeverity::Broken,
                              .file = file.id.value,
                              .message = failure->message});
    }
    if (records > 0)
        return std::shared_ptr<const PayloadSource>(std::move(payloads));
    if (failure)
        return fail(*failure);
    return fail(ErrorCode::Corrupt,
                "No record of " + files.front().path.string() + " could be read.");
}

} // namespace tracestore
