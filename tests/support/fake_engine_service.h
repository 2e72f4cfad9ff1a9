#pragma once

#include "engine/runtime/engine_service.h"

#include <QStringList>

namespace tests {

/// A service of which a test decides what happens: it keeps the orders and tells what it is told.
class FakeEngineService : public engine::EngineService
{
    Q_OBJECT

public:
    using EngineService::EngineService;

    engine::RunId start(const engine::RunRequest& request) override
    {
        requests.push_back(request);
        return ++m_last;
    }

    engine::RunId resume(const engine::ResumeRequest& request) override
    {
        resumeRequests.push_back(request);
        return ++m_last;
    }

    engine::RunId replay(const engine::ReplayRequest& request) override
    {
        replayRequests.push_back(request);
        return ++m_last;
    }

    void decide(engine::RunId run, const engine::ReplayDecision& decision) override
    {
        replayDecisions.emplace_back(run, decision);
    }

    engine::RunId travel(const engine::TravelRequest& request) override
    {
        travelRequests.push_back(request);
        return ++m_last;
    }

    void say(engine::RunId run, const QString& text) override { keep(u"say", run, text); }

    void stop(engine::RunId run) override { keep(u"stop", run, {}); }

    void answer(engine::RunId run, const std::string& effect, const QString& text) override
    {
        keep(u"answer", run, QString::fromStdString(effect) + u'=' + text);
    }

    void close(engine::RunId run) override { keep(u"close", run, {}); }

    void debug(engine::RunId run, const engine::DebugOrder& order) override
    {
        debugOrders.emplace_back(run, order);
    }

    engine::RunId attach(const QString& socket) override
    {
        keep(u"attach", ++m_last, socket);
        return m_last;
    }

    void findKeys(const std::vector<engine::KeyNeed>& needs) override { keyNeeds = needs; }

    void storeKey(const std::string& name, const engine::Secret& key) override
    {
        keysStored[name] = key.reveal();
    }

    void removeKey(const std::string& name) override { keep(u"removeKey", 0, toQt(name)); }

    engine::CheckId checkConnection(const engine::ConnectionRequest& request) override
    {
        checks.push_back(request);
        return ++m_lastCheck;
    }

    void cancelCheck(engine::CheckId check) override { keep(u"cancelCheck", check, {}); }

    engine::SampleId sample(const engine::SampleRequest& request) override
    {
        sampleRequests.push_back(request);
        return ++m_lastSample;
    }

    void cancelSample(engine::SampleId sample) override { keep(u"cancelSample", sample, {}); }

    engine::ExperimentId openExperiment(const engine::ExperimentRequest& request) override
    {
        experimentRequests.push_back(request);
        return ++m_lastExperiment;
    }

    void orderExperiment(engine::ExperimentId experiment, engine::ExperimentOrder order) override
    {
        experimentOrders.emplace_back(experiment, order);
    }

    std::vector<engine::ExperimentRequest> experimentRequests;
    std::vector<std::pair<engine::ExperimentId, engine::ExperimentOrder>> experimentOrders;
    std::vector<engine::SampleRequest> sampleRequests;
    std::vector<std::pair<engine::RunId, engine::DebugOrder>> debugOrders;
    std::vector<engine::ConnectionRequest> checks;
    std::vector<engine::KeyNeed> keyNeeds; ///< asked about last
    std::map<std::string, std::string> keysStored;
    std::vector<engine::RunRequest> requests;
    std::vector<engine::ResumeRequest> resumeRequests;
    std::vector<engine::ReplayRequest> replayRequests;
    std::vector<std::pair<engine::RunId, engine::ReplayDecision>> replayDecisions;

    std::vector<engine::TravelRequest> travelRequests;
    QStringList orders; ///< `say 1 text`

private:
    static QString toQt(const std::string& text) { return QString::fromStdString(text); }

    void keep(QStringView order, engine::RunId run, const QString& text)
    {
        orders << QString(order + u' ' + QString::number(run) + u' ' + text).trimmed();
    }

    engine::RunId m_last = 0;
    engine::CheckId m_lastCheck = 0;
    engine::SampleId m_lastSample = 0;
    engine::ExperimentId m_lastExperiment = 0;
};

} // namespace tests
