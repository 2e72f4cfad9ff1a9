#pragma once

#include "engine/runtime/run_feed.h"
#include "gui/app/main_window.h"
#include "gui/app/settings.h"
#include "tests/support/fake_engine_service.h"

#include <QTemporaryDir>
#include <QThread>

#include <functional>
#include <memory>
#include <vector>

namespace gui {
class RunTab;
class Theme;
} // namespace gui

namespace bench {

/// Ends the program: what follows would measure nothing.
[[noreturn]] void stopHere(const char* why);

/// CPU time of this thread, in ms.
double threadCpuMs();

/// Lets the event loop run for so long.
void waitMs(int ms);

/// What the GUI thread does between two waits: events and the painting that comes of them. Nothing
/// is shown meanwhile, so this is what a frame costs.
class Stretches
{
public:
    Stretches();
    ~Stretches();

    /// In ms of CPU, the shortest first.
    [[nodiscard]] std::vector<double> sorted() const;

private:
    void take();

    QMetaObject::Connection m_block;
    double m_from;
    std::vector<double> m_all;
};

/// The window of the program with the tab of a run, and a thread as the engine's with its feed.
class ShownRun
{
public:
    /// Shows what the events tell.
    ShownRun(gui::Theme& theme, const std::vector<engine::RunEventPtr>& history);
    ~ShownRun();

    /// One of the views in the middle.
    void showCentre(const QString& name);

    [[nodiscard]] QStringList centreNames() const;

    /// On the thread of the feed; returns when it is done.
    void onFeed(const std::function<void(engine::RunFeed&)>& work);

    /// Belongs to the thread of the feed.
    [[nodiscard]] QObject& speaker() { return m_speaker; }

    [[nodiscard]] tests::FakeEngineService& engine() { return m_engine; }

    [[nodiscard]] gui::RunTab& tab() const { return *m_tab; }

    /// As the engine tells it while a run goes on.
    [[nodiscard]] engine::RunStatus status() const;

    /// Characters of live text that were shown so far.
    [[nodiscard]] qint64 heard() const { return m_heard; }

private:
    void connectFeed();

    QTemporaryDir m_folder;
    gui::Settings m_settings;
    tracestore::ImporterRegistry m_importers;
    tracestore::ExporterRegistry m_exporters;
    tests::FakeEngineService m_engine;
    gui::Services m_services;
    gui::MainWindow m_window;
    gui::RunTab* m_tab = nullptr;
    QObject m_speaker;
    std::unique_ptr<engine::RunFeed> m_feed;
    QThread m_thread;
    qint64 m_heard = 0;
};

} // namespace bench
