#include "gui/app/log.h"

#include "gui/app/main_window.h"
#include "gui/app/stall_watchdog.h"
#include "gui/theme/format.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace gui {

namespace {

    /// Names of files can hold what a terminal takes for orders.
    std::string oneLine(const QString& text)
    {
        return singleLine(text.toStdString(), 500).toStdString();
    }

} // namespace

void startLog()
{
    spdlog::set_default_logger(spdlog::stderr_logger_mt("kymo-gui"));
    spdlog::set_pattern("%n: %H:%M:%S.%e %l: %v");
    const QByteArray wanted = qgetenv("KYMO_LOG").trimmed().toLower();
    const auto level = spdlog::level::from_str(wanted.toStdString());
    // Unknown words mean "off" to spdlog.
    const bool isKnown = level != spdlog::level::off || wanted == "off";
    spdlog::set_level(isKnown ? level : spdlog::level::warn);
    if (!isKnown && !wanted.isEmpty())
        spdlog::warn("KYMO_LOG is trace, debug, info, warn, error or off");
}

void logEventsOf(MainWindow& window)
{
    QObject::connect(
        &window, &MainWindow::saved, &window, [](const QString& path, const QString& error) {
            if (error.isEmpty())
                spdlog::info("saved {}", oneLine(path));
            else
                spdlog::error("not saved: {}", oneLine(error));
        });
    auto* watchdog = new StallWatchdog(&window);
    QObject::connect(watchdog, &StallWatchdog::stalled, &window, [](int ms) {
        spdlog::warn("the window did not answer for {} ms", ms);
    });
}

} // namespace gui
