#include "gui/app/background_job.h"

#include "gui/context/in_background.h"
#include "gui/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::Job;
using tracestore::Result;

BackgroundJob::BackgroundJob(Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_text(new QLabel(this))
    , m_bar(new QProgressBar(this))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, metrics::kMargin, 0);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setFont(theme.smallFont());
    row->addWidget(m_text);
    m_bar->setTextVisible(false);
    m_bar->setFixedWidth(120);
    m_bar->setAccessibleName(tr("Progress"));
    row->addWidget(m_bar);
    auto* cancel = new QToolButton(this);
    cancel->setText(tr("Cancel"));
    cancel->setFont(theme.smallFont());
    connect(cancel, &QToolButton::clicked, this, [this] {
        if (m_job)
            m_job->cancel();
    });
    row->addWidget(cancel);
    m_timer.setInterval(50);
    connect(&m_timer, &QTimer::timeout, this, &BackgroundJob::showProgress);
    hide();
}

BackgroundJob::~BackgroundJob()
{
    if (m_job)
        m_job->cancel();
}

void BackgroundJob::start(const QString& text, Work work, Done done)
{
    ENSURE(!isRunning());
    m_job = std::make_shared<Job>();
    m_text->setText(text);
    m_bar->setRange(0, 0);
    m_timer.start();
    show();
    const auto run = [job = m_job, work = std::move(work)] { return work(*job); };
    inBackground(this, run, [this, done = std::move(done)](const Result<void>& result) {
        m_job.reset();
        m_timer.stop();
        hide();
        done(result);
    });
}

void BackgroundJob::showProgress()
{
    if (!m_job || m_job->total() == 0)
        return;
    constexpr int kSteps = 1000;
    const double part = static_cast<double>(m_job->done()) / static_cast<double>(m_job->total());
    m_bar->setRange(0, kSteps);
    m_bar->setValue(static_cast<int>(std::min(part, 1.0) * kSteps));
}

} // namespace gui
