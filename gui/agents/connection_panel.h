#pragma once

#include "gui/agents/connection_row.h"

#include <QScrollArea>

#include <functional>

class QLabel;

namespace gui {

/// The providers and servers of a configuration, each with a test of the connection to it.
class ConnectionPanel : public QScrollArea
{
    Q_OBJECT

public:
    /// Without an engine nothing can be tested.
    ConnectionPanel(Theme& theme, engine::EngineService* engine, QWidget* parent = nullptr);
    ~ConnectionPanel() override;

    /// What is there to test; what was found of those that are as they were stays.
    void setTargets(const std::vector<ConnectionTarget>& targets, bool isKnown);

    /// The configuration as it stands when a test begins, saved or not, and its folder.
    void setSource(std::function<QString()> text, const QString& folder);

private:
    void test(ConnectionRow& row, const QString& model);
    void takeReport(const engine::ConnectionReport& report);
    void stop(const ConnectionRow& row);

    Theme& m_theme;
    engine::EngineService* m_engine;
    std::function<QString()> m_text;
    QString m_folder;
    QWidget* m_content;
    QLabel* m_hint;
    std::vector<ConnectionRow*> m_rows;
};

} // namespace gui
