#pragma once

#include "engine/runtime/engine_service.h"
#include "gui/replay/replay_plan.h"

#include <QDialog>

#include <optional>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QRadioButton;

namespace gui {

class DifferenceBox;
class PolicyTable;
class Theme;

/// Where another configuration begins to count.
struct ReplayStart
{
    std::int64_t sameUpTo = 0; ///< event: all outcomes up to it are the recorded ones
    std::int64_t number = -1; ///< of the step behind it; below 0: not known
};

/// Does a recorded run again: first a check of what is as recorded, in which nothing happens
/// outside, then a replay by a policy that is shown before it starts. Texts are plain text.
class ReplayDialog : public QDialog
{
    Q_OBJECT

public:
    ReplayDialog(const QString& recording, Theme& theme, QWidget* parent = nullptr);
    ~ReplayDialog() override;

    /// Another configuration is to be tried from a step on: an agent's file, and models are asked.
    void setStart(const ReplayStart& start);

    [[nodiscard]] PolicyTable& table() const { return *m_table; }

    /// What would be ordered now.
    [[nodiscard]] engine::ReplayRequest request() const;

    /// What the last check has come to; nothing before one.
    [[nodiscard]] const std::optional<engine::ReplayCheckReport>& report() const
    {
        return m_report;
    }

signals:
    void replayRequested(const engine::ReplayRequest& request);
    /// A step of the recording is to be shown.
    void revealRequested(const std::string& effect);
    /// The recording and its configuration were read, or could not be.
    void planned();
    void checked();

private:
    QWidget* makeSource();
    QWidget* makeCheck();
    QWidget* makeReplay();
    [[nodiscard]] ReplaySource source() const;
    [[nodiscard]] engine::ReplayPolicy policy() const;
    void chooseFile();
    void plan();
    void takePlan(const tracestore::Result<ReplayPlan>& plan);
    void check();
    void takeReport(const engine::ReplayCheckReport& report);
    void describe();
    void replay();

    QString m_recording;
    Theme& m_theme;
    QRadioButton* m_asRecorded;
    QRadioButton* m_withFile;
    QLineEdit* m_file;
    QCheckBox* m_starts; ///< hidden where all of it is done again
    QLabel* m_which;
    QPushButton* m_check;
    QLabel* m_result;
    QWidget* m_sides;
    DifferenceBox* m_recorded;
    DifferenceBox* m_now;
    QPushButton* m_reveal;
    PolicyTable* m_table;
    QLabel* m_sentences;
    QCheckBox* m_keeps;
    QLineEdit* m_record;
    QPushButton* m_replay;
    ReplayStart m_start;
    std::optional<ReplayPlan> m_plan;
    std::optional<engine::ReplayCheckReport> m_report;
    int m_planOrder = 0; ///< of the last plan that was asked for: earlier ones are too late
    bool m_isChecking = false;
};

} // namespace gui
