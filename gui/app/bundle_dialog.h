#pragma once

#include "engine/bundle/debug_bundle.h"

#include <QDialog>
#include <QTimer>

class QCheckBox;
class QLabel;
class QListWidget;
class QPlainTextEdit;
class QPushButton;

namespace gui {

class Theme;

/// Asks what goes into a debug bundle and what is hidden in it, and shows each place that would be
/// masked before anything is written. GUI thread; it reads and masks on another one.
class BundleDialog : public QDialog
{
    Q_OBJECT

public:
    /// `base`: all but branches and masks.
    BundleDialog(engine::BundleRequest base, Theme& theme, QWidget* parent = nullptr);
    ~BundleDialog() override;

    /// As it would be written now; null while it is being made, and where it cannot be.
    [[nodiscard]] const std::shared_ptr<const engine::DebugBundle>& bundle() const
    {
        return m_bundle;
    }

signals:
    /// The preview shows what is asked for now.
    void prepared();

private:
    void addFields();
    void addBranches();
    void prepareSoon();
    void prepare();
    void showPreview(const tracestore::Result<engine::DebugBundle>& bundle);
    [[nodiscard]] QStringList maskLines() const;

    engine::BundleRequest m_base;
    Theme& m_theme;
    QListWidget* m_branches; ///< hidden where there are none
    QPlainTextEdit* m_masks;
    QCheckBox* m_hidesKeys;
    QLabel* m_summary;
    QPlainTextEdit* m_preview;
    QPushButton* m_save = nullptr;
    QTimer m_soon;
    std::shared_ptr<tracestore::Job> m_job; ///< of the newest preparation
    std::shared_ptr<const engine::DebugBundle> m_bundle;
};

/// The recordings beside a file that are named as its branches: `run.fork.kymo` beside `run.kymo`.
QStringList branchesBeside(const QString& file);

} // namespace gui
