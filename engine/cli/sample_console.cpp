#include "engine/cli/sample_console.h"

#include "engine/cli/agreement.h"
#include "engine/cli/sample_output.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <QCoreApplication>

namespace engine::cli {

using tracestore::safeLine;

SampleConsole::SampleConsole(
    EngineService& engine, SampleRequest request, Manner manner, Output& out, Output& err)
    : m_engine(engine)
    , m_request(std::move(request))
    , m_manner(manner)
    , m_out(out)
    , m_err(err)
{
    connect(&engine, &EngineService::sampled, this, &SampleConsole::onSampled);
    connect(
        &m_interrupt, &InterruptWatch::interrupted, this, [this] { m_engine.cancelSample(m_id); });
}

void SampleConsole::start()
{
    SampleRequest estimate = m_request;
    estimate.isEstimate = true;
    m_id = m_engine.sample(estimate);
}

void SampleConsole::onSampled(const SampleReport& report)
{
    if (report.id != m_id)
        return;
    if (!report.isOver)
        return showProgress(report);
    report.isEstimate ? takeEstimate(report) : takeResult(report);
}

void SampleConsole::takeEstimate(const SampleReport& report)
{
    if (report.isCancelled)
        return end(ExitCode::Cancelled);
    if (!report.problem.empty()) {
        m_err.line("kymo: " + safeLine(report.problem));
        return end(ExitCode::Failed);
    }
    if (m_request.isEstimate) {
        m_manner.isJson ? m_out.line(tracestore::toJsonText(sampleJson(report), 2))
                        : writeEstimate(report, m_request.count, m_out);
        return end(ExitCode::Done);
    }
    if (!m_manner.isQuiet)
        writeEstimate(report, m_request.count, m_err);
    if (!isAgreed(report))
        return;
    m_id = m_engine.sample(m_request);
}

/// What costs nothing and leaves nothing needs no agreement.
bool SampleConsole::isAgreed(const SampleReport& report)
{
    if (m_manner.isAgreed || report.isScripted)
        return true;
    switch (askToAgree("Send it?", m_err)) {
    case Agreement::Given:
        return true;
    case Agreement::Refused:
        m_err.line("Nothing was sent.");
        end(ExitCode::Cancelled);
        return false;
    default:
        m_err.line("kymo: Nobody is there to agree to it. --yes sends it, --estimate says what it "
                   "would take.");
        end(ExitCode::Usage);
        return false;
    }
}

void SampleConsole::showProgress(const SampleReport& report)
{
    if (m_manner.isQuiet || !m_err.isTerminal() || report.samples.empty())
        return;
    m_err.write("\r\x1b[K" + progressText(report));
    m_err.flush();
    m_hasProgress = true;
}

void SampleConsole::takeResult(const SampleReport& report)
{
    if (m_hasProgress)
        m_err.write("\r\x1b[K");
    if (m_manner.isJson)
        m_out.line(tracestore::toJsonText(sampleJson(report), 2));
    else if (!report.samples.empty())
        writeSamples(report, m_out);
    if (!report.problem.empty())
        m_err.line("kymo: " + safeLine(report.problem));
    if (report.isCancelled)
        return end(ExitCode::Cancelled);
    end(report.problem.empty() && report.failed == 0 ? ExitCode::Done : ExitCode::Failed);
}

void SampleConsole::end(ExitCode code)
{
    m_code = code;
    QCoreApplication::quit();
}

} // namespace engine::cli
