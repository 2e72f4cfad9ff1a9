#pragma once

#include "engine/runtime/local_engine.h"
#include "tests/gui/window_fixture.h"

#include <QDir>
#include <QFile>

#include <algorithm>

namespace tests {

/// The support agent of the examples in a folder of its own, and a window with the engine that
/// really runs it. openSupport() in init(), closeSupport() in cleanup().
class SupportWindow : protected WindowFixture
{
protected:
    /// Whether the window is there to be looked at.
    bool openSupport()
    {
        using namespace Qt::StringLiterals;
        m_local = std::make_unique<engine::LocalEngine>(nullptr);
        if (!openWindow(m_local.get()))
            return false;
        qputenv("XDG_DATA_HOME", fileOf(u"data"_s).toUtf8());
        const QDir example(qEnvironmentVariable("KYMO_EXAMPLES") + u"/agents/support"_s);
        const QStringList files = example.entryList(QDir::Files);
        return !files.isEmpty() && std::ranges::all_of(files, [&](const QString& name) {
            return QFile::copy(example.filePath(name), fileOf(name));
        });
    }

    [[nodiscard]] engine::LocalEngine& engine() const { return *m_local; }

    void closeSupport()
    {
        m_window.reset();
        m_local.reset(); // before the workspace, of which its runs hear
        closeWindow();
    }

private:
    std::unique_ptr<engine::LocalEngine> m_local;
};

} // namespace tests
