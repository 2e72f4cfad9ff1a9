#pragma once

#include "gui/app/main_window.h"
#include "gui/app/services.h"
#include "gui/app/settings.h"
#include "gui/context/annotation_book.h"
#include "gui/debug/debug_workspace.h"
#include "gui/theme/theme.h"
#include "tests/support/fake_engine_service.h"
#include "tracestore/register_builtins.h"

#include <QTemporaryDir>
#include <QTest>

namespace tests {

/// What a test of the window stands on: a service of which the test decides what it tells, and
/// settings in a folder of its own. openWindow() in init(), closeWindow() in cleanup().
class WindowFixture
{
protected:
    /// Whether the window is there to be looked at. `engine` in the place of the fake one; it
    /// outlives the window.
    bool openWindow(engine::EngineService* engine = nullptr)
    {
        using namespace Qt::StringLiterals;
        m_folder = std::make_unique<QTemporaryDir>();
        m_settings = std::make_unique<gui::Settings>(fileOf(u"desktop.ini"_s));
        m_workspace = std::make_unique<gui::DebugWorkspace>();
        m_shelf = std::make_unique<gui::AnnotationShelf>(fileOf(u"notes"_s).toStdString(),
                                                         &m_workspace->undoStack());
        m_services
            = std::make_unique<gui::Services>(gui::Services {m_theme,
                                                             *m_settings,
                                                             m_importers,
                                                             m_exporters,
                                                             {},
                                                             u"light"_s,
                                                             {},
                                                             {},
                                                             engine == nullptr ? &m_engine : engine,
                                                             m_workspace.get(),
                                                             m_shelf.get()});
        m_window = std::make_unique<gui::MainWindow>(*m_services);
        m_window->resize(1280, 800);
        m_window->show();
        return QTest::qWaitForWindowExposed(m_window.get());
    }

    void closeWindow()
    {
        m_window.reset();
        m_shelf.reset();
        m_workspace.reset();
        m_engine.orders.clear();
        m_engine.requests.clear();
        m_engine.resumeRequests.clear();
        m_engine.debugOrders.clear();
    }

    /// A path in the folder, whether something is there or not.
    [[nodiscard]] QString fileOf(const QString& name) const { return m_folder->filePath(name); }

    FakeEngineService m_engine;
    gui::Theme m_theme {QStringLiteral("dark")};
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<gui::Settings> m_settings;
    std::unique_ptr<gui::DebugWorkspace> m_workspace;
    std::unique_ptr<gui::AnnotationShelf> m_shelf;
    std::unique_ptr<gui::Services> m_services;
    std::unique_ptr<gui::MainWindow> m_window;

private:
    tracestore::ImporterRegistry m_importers = tracestore::builtinImporters();
    tracestore::ExporterRegistry m_exporters = tracestore::builtinExporters();
};

} // namespace tests
