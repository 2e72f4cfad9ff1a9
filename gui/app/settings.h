#pragma once

#include <QByteArray>
#include <QSettings>
#include <QStringList>

namespace gui {

/// What the desktop remembers from one start to the next. States of windows carry a version: those
/// of another are ignored. GUI thread.
class Settings
{
public:
    static constexpr int kMaxRecent = 20;
    static constexpr int kLayoutVersion = 2;

    /// `file` is made when something is first remembered.
    explicit Settings(const QString& file);

    /// Paths, the newest first.
    [[nodiscard]] QStringList recent() const;
    void addRecent(const QString& path);
    void clearRecent();

    /// An id of Theme::available(), or `system`.
    [[nodiscard]] QString theme() const;
    void setTheme(const QString& id);

    [[nodiscard]] QByteArray windowGeometry() const;
    void setWindowGeometry(const QByteArray& geometry);

    /// Of the docks of a trace; empty where none, or one of another version, was saved.
    [[nodiscard]] QByteArray pageLayout() const;
    void setPageLayout(const QByteArray& layout);

private:
    QSettings m_settings;
};

} // namespace gui
