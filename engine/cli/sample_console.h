#pragma once

#include "engine/cli/exit_code.h"
#include "engine/cli/interrupt_watch.h"
#include "engine/cli/output.h"
#include "engine/runtime/engine_service.h"

namespace engine::cli {

/// Samples of a step on the terminal: tells what they would take, asks whether to go on, shows how
/// far they are, and what came of them. Ends the event loop when it is over.
class SampleConsole : public QObject
{
    Q_OBJECT

public:
    struct Manner
    {
        bool isAgreed = false; ///< nobody is asked
        bool isJson = false;
        bool isQuiet = false; ///< no progress
    };

    SampleConsole(
        EngineService& engine, SampleRequest request, Manner manner, Output& out, Output& err);

    void start();

    [[nodiscard]] ExitCode exitCode() const { return m_code; }

private:
    void onSampled(const SampleReport& report);
    void takeEstimate(const SampleReport& report);
    bool isAgreed(const SampleReport& report);
    void showProgress(const SampleReport& report);
    void takeResult(const SampleReport& report);
    void end(ExitCode code);

    EngineService& m_engine;
    SampleRequest m_request;
    Manner m_manner;
    Output& m_out;
    Output& m_err;
    InterruptWatch m_interrupt;
    SampleId m_id = 0;
    ExitCode m_code = ExitCode::Failed;
    bool m_hasProgress = false;
};

} // namespace engine::cli
