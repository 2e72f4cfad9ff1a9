#include "gui/app/main_window.h"
#include "gui/app/settings.h"
#include "gui/app/start_page.h"
#include "gui/experiments/experiment_tab.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QTabWidget>

// Experiments that are run.

namespace gui {

using namespace Qt::StringLiterals;

ExperimentTab* MainWindow::openExperiment(const QString& path)
{
    const QString whole = QFileInfo(path).canonicalFilePath();
    for (int i = 0; i < m_tabs->count(); ++i) {
        auto* tab = qobject_cast<ExperimentTab*>(m_tabs->widget(i));
        if (tab != nullptr && tab->path() == whole) {
            m_tabs->setCurrentIndex(i);
            return tab;
        }
    }
    auto* tab = new ExperimentTab(whole, *m_services.engine, m_services.theme, m_tabs);
    connect(tab, &ExperimentTab::titleChanged, this, [this, tab] {
        m_services.settings.addRecent(tab->path());
        updateExperimentText(tab);
    });
    connect(tab, &ExperimentTab::recordingRequested, this, &MainWindow::openPath);
    connect(tab, &ExperimentTab::reportRequested, this, &MainWindow::openReport);
    m_tabs->addTab(tab, {});
    updateExperimentText(tab);
    m_tabs->setCurrentWidget(tab);
    if (m_startPage)
        closeTab(m_tabs->indexOf(m_startPage));
    return tab;
}

void MainWindow::askForNewExperiment()
{
    const QString agent = m_services.settings.recentAgents().value(0);
    const QString folder = agent.isEmpty() ? QDir::homePath() : QFileInfo(agent).path();
    QString path = QFileDialog::getSaveFileName(this,
                                                tr("New Experiment"),
                                                QDir(folder).filePath(u"new.experiment.json"_s),
                                                tr("Experiments (*.experiment.json)"),
                                                nullptr,
                                                QFileDialog::DontConfirmOverwrite);
    if (path.isEmpty())
        return;
    const QString ending = u".experiment.json"_s;
    if (!path.endsWith(ending))
        path += ending;
    if (const QString problem = ExperimentTab::writeNew(path, agent); !problem.isEmpty()) {
        auto* box = new QMessageBox(
            QMessageBox::Warning, tr("New Experiment"), problem, QMessageBox::Ok, this);
        box->setTextFormat(Qt::PlainText);
        box->setAttribute(Qt::WA_DeleteOnClose);
        return box->open();
    }
    openExperiment(path);
}

void MainWindow::updateExperimentText(ExperimentTab* tab)
{
    addCloseButton(tab);
    const int index = m_tabs->indexOf(tab);
    m_tabs->setTabText(index, tab->title().replace(u'&', u"&&"_s));
    m_tabs->setTabToolTip(index, QString(u"<p>"_s + tab->path().toHtmlEscaped() + u"</p>"_s));
    if (m_tabs->currentWidget() == tab)
        tabChanged();
}

} // namespace gui
