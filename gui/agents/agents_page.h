#pragma once

#include "engine/runtime/engine_service.h"
#include "gui/agents/agent_reading.h"
#include "gui/agents/config_text.h"

#include <QTimer>
#include <QWidget>

class QCheckBox;
class QLabel;
class QListWidget;
class QPlainTextEdit;
class QPushButton;
class QTabWidget;
class QVBoxLayout;

namespace gui {

class AgentForm;
class ConfigEdit;
class ConnectionPanel;
class KeyPanel;
class Theme;

/// Where agents are made and started: their files, one of them as form and as text with what is
/// wrong with it, its tools and keys, an input, and Run.
class AgentsPage : public QWidget
{
    Q_OBJECT

public:
    /// Folders of the examples (may be empty) and of recordings. Without an engine nothing is
    /// stored or tested.
    AgentsPage(Theme& theme,
               engine::EngineService* engine,
               const QString& examples,
               const QString& runs,
               QWidget* parent = nullptr);
    ~AgentsPage() override;

    /// Files that were worked on lately, the newest first.
    void setRecent(const QStringList& paths);

    /// Shows a file. What was changed and not saved goes.
    void open(const QString& path);

    [[nodiscard]] const QString& path() const { return m_path; }

    [[nodiscard]] bool isModified() const;

    [[nodiscard]] const AgentReading& reading() const { return m_reading; }

    /// What stands above the editor when a file cannot be read or written; empty else.
    [[nodiscard]] QString problem() const;

    /// The files of agents that come with Kymo.
    static QStringList exampleFiles(const QString& folder);

public slots:
    bool save();
    void run();

signals:
    void opened(const QString& path);
    void runRequested(const engine::RunRequest& request);

private:
    QWidget* makeFiles();
    QWidget* makeEditor();
    QWidget* makeFacts();
    QWidget* makeRunRow();
    void followTheme();
    void fillFiles();
    void addFiles(const QString& heading, const QStringList& paths);
    void askForFile();
    void askForNewFile();
    void openFrom(const QString& path);
    void readText();
    void showReading();
    void changeField(const ConfigPath& path, const nlohmann::json& value);
    void updateHeader();
    void updateRecordFile();
    void setProblem(const QString& text);

    Theme& m_theme;
    QString m_examples;
    QString m_runs;
    QStringList m_recent;
    QString m_path;
    QString m_recordFile;
    AgentReading m_reading;
    QTimer m_readPause; ///< since the last key

    QListWidget* m_files;
    QLabel* m_title;
    QLabel* m_problem;
    QPushButton* m_save;
    QTabWidget* m_tabs;
    AgentForm* m_form;
    ConfigEdit* m_text;
    ConnectionPanel* m_connections;
    QListWidget* m_problems;
    QListWidget* m_tools;
    KeyPanel* m_keys;
    QPlainTextEdit* m_input;
    QCheckBox* m_record;
    QPushButton* m_run;
    QWidget* m_editor = nullptr; ///< shown once a file is open
    QLabel* m_hint = nullptr; ///< until then
};

} // namespace gui
