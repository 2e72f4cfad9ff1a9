#pragma once

#include "engine/runtime/engine_service.h"

#include <QFrame>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace gui {

class Theme;

/// A provider or a server of tools that a configuration names.
struct ConnectionTarget
{
    QString name;
    QString what; ///< `openai-chat · https://...`, `file-server .`
    bool isServer = false;

    bool operator==(const ConnectionTarget&) const = default;
};

/// One of them with a button that tests the connection to it, and what came of that. Texts are
/// plain text.
class ConnectionRow : public QFrame
{
    Q_OBJECT

public:
    ConnectionRow(const ConnectionTarget& target, Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] const ConnectionTarget& target() const { return m_target; }

    /// The test that is shown; 0: none was made.
    [[nodiscard]] engine::CheckId check() const { return m_report.check; }

    [[nodiscard]] bool isBusy() const { return m_isBusy; }

    /// A test has begun; what an earlier one found is forgotten.
    void begin(engine::CheckId check);

    void setReport(const engine::ConnectionReport& report);

    void setTestable(bool isTestable);

protected:
    void resizeEvent(QResizeEvent* event) override;

signals:
    /// `model`: ask this one itself, which costs; else empty.
    void testRequested(const QString& model);
    void stopRequested();

private:
    void followTheme();
    void elide();
    void showFindings();
    void addFinding(const engine::ConnectionFinding& finding);

    Theme& m_theme;
    ConnectionTarget m_target;
    engine::ConnectionReport m_report;
    bool m_isBusy = false;
    QLabel* m_name;
    QLabel* m_what;
    QPushButton* m_test;
    QPushButton* m_ask;
    QVBoxLayout* m_findings;
};

} // namespace gui
