// The keys of faults, of what fails together, and of files of faults.
#include "sim/scenario/fault_table.hpp"

#include "sim/scenario/pick_table.hpp"
#include "sim/scenario/reference_key.hpp"

namespace qkdes {

Table<RawGroup> const& group_table() {
    using G = RawGroup;
    static Table<RawGroup> const table{
        "shared-risk",
        "What one event takes away: the fibres of a duct, the nodes of a building. A fault that has `fail` names it.",
        identifier("id", at(&G::id), "Its name, unique among groups.", R"("duct-a")").must(R"("duct-a")"),
        targets("links", &G::links, "a link", "Cut when it fails.", R"(["basel-bern"])"),
        targets("nodes", &G::nodes, "a node", "Down when it fails.", R"(["bern"])"),
        targets("sites", &G::sites, "a node", "Down when it fails, and every link that ends there is cut.",
                R"(["bern"])"),
    };
    return table;
}

Table<RawFault> const& fault_table() {
    using F = RawFault;
    static Table<RawFault> const table{
        "fault",
        "Something that goes wrong for a while: one of `cut`, `down`, `fail`, `slow`, `lossy`, `eavesdrop`,"
        " `attenuate`, `disturb`, `illuminate`, `impair`, `misbehave`, `surge`.",
        moment("at", at(&F::at), from(0, kCenturyNs), "When it begins.").must(R"("40 min")"),
        moment("for", at(&F::lasting), above(0, kCenturyNs),
               "How long it lasts, with all `times` and targets one after the other.")
            .such_as(R"("15 min")")
            .unless_given("until the run's end"),
        moment("until", at(&F::until), above(0, kCenturyNs), "When it ends, instead of `for`.").such_as(R"("55 min")"),
        count("times", at(&F::times), 1, 10'000, "So often on each target: its time is cut into as many equal parts."),
        number("share", at(&F::share), above(0, 1), "Of each part, during which the fault is there."),
        yes_or_no("grows", at(&F::grows), "Each of `times` is worse than the one before, the last as bad as written."),
        target("cut", &F::cut, "a link", "Nothing passes.", R"("basel-bern")"),
        target("down", &F::down, "a node", "It neither sends nor receives, and its devices stop.", R"("bern")"),
        target("fail", &F::fail, "a shared-risk group", "Its links are cut, and its nodes are down.", R"("duct-a")"),
        target("slow", &F::slow, "a link", "Its classical channel takes longer.", R"("basel-bern")"),
        target("lossy", &F::lossy, "a link", "Its classical channel loses messages.", R"("basel-bern")"),
        target("eavesdrop", &F::eavesdrop, "a link", "Its quantum channel is attacked.", R"("basel-bern")"),
        target("attenuate", &F::attenuate, "a link", "Its quantum channel loses more light: a bend, a bad splice.",
               R"("basel-bern")"),
        target("disturb", &F::disturb, "a link", "Its signals turn: drift that the devices do not follow.",
               R"("basel-bern")"),
        target("illuminate", &F::illuminate, "a link",
               "Its receiver sees light that is not the transmitter's: a classical channel switched on.",
               R"("basel-bern")"),
        target("impair", &F::impair, "a link", "Its devices ail.", R"("basel-bern")"),
        target("misbehave", &F::misbehave, "a node", "Its program does not do what it should.", R"("bern")"),
        target("surge", &F::surge, "an application", "It asks more often.", R"("bank-a")"),
        choice("plane", at(&F::plane),
               std::vector<Choice<CutPlane>>{{"both", CutPlane::both, ""},
                                             {"quantum", CutPlane::quantum, ""},
                                             {"classical", CutPlane::classical, ""}},
               "What `cut` interrupts."),
        quantity("latency", at(&F::latency), units::duration, above(0, kCenturyNs), "What `slow` adds, one way.")
            .such_as(R"("50 ms")"),
        number("loss", at(&F::loss), from(0, 1),
               "Probability that a message is lost under `lossy`, in place of the link's."),
        choice("attack", at(&F::attack),
               std::vector<Choice<Attack>>{
                   {"intercept-resend", Attack::intercept_resend, "measured in a random basis, and a new signal sent."},
                   {"photon-number-splitting", Attack::photon_number_splitting,
                    "one photon kept of each pulse that has several, single photons blocked."},
                   {"blinding", Attack::blinding, "detectors blinded by bright light and steered."},
                   {"time-shift", Attack::time_shift, "signals moved to where the detectors' efficiencies differ."}},
               "What `eavesdrop` does."),
        number("fraction", at(&F::fraction), above(0, 1), "Share of the signals that `eavesdrop` attacks."),
        quantity("extra_loss", at(&F::extra_loss), units::loss, above(0, 100), "What `attenuate` adds.")
            .such_as(R"("3 dB")"),
        number("error", at(&F::error), above(0, 0.5), "What `disturb` adds to the misalignment."),
        quantity("stray_light", at(&F::stray_light), units::frequency, above(0, 1e12),
                 "Photons per second that `illuminate` adds at the receiver's input.")
            .such_as(R"("10 kHz")"),
        choice("impairment", at(&F::impairment),
               std::vector<Choice<Impairment>>{
                   {"sync-drift", Impairment::sync_drift, "clocks drift apart, a share of the trials is discarded."},
                   {"rng-bias", Impairment::rng_bias, "settings are drawn with a bias."},
                   {"saturation", Impairment::saturation, "detectors saturate, a share of the clicks is missing."},
                   {"timing-step", Impairment::timing_step, "a step in timing, as from new firmware."}},
               "What ails the devices under `impair`."),
        number("severity", at(&F::severity), above(0, 1), "How badly, as a share."),
        choice(
            "how", at(&F::how),
            std::vector<Choice<Misbehaviour>>{
                {"drop-ack", Misbehaviour::drop_ack, "an acknowledgement is not sent."},
                {"crash-before-ack", Misbehaviour::crash_before_ack, "it restarts between storing keys and saying so."},
                {"duplicate", Misbehaviour::duplicate, "a message is sent twice."},
                {"reorder", Misbehaviour::reorder, "a message is sent after the next one."},
                {"slow-disk", Misbehaviour::slow_disk, "keys take long to be stored."}},
            "What a node does under `misbehave`."),
        number("probability", at(&F::probability), above(0, 1), "Of `misbehave`, each time it could happen."),
        number("factor", at(&F::factor), from(0.001, 1000),
               "What `surge` multiplies the rate of requests with: the time to the next one, or to think, goes as much "
               "faster."),
    };
    return table;
}

Table<RawFailure> const& failure_table() {
    using F = RawFailure;
    using Repair = FailureSpec::Repair;
    static Table<RawFailure> const table{
        "failure",
        "Failures at random: one of `cut`, `down`, `fail`. Every target is up for an exponential time, then down until "
        "it"
        " is repaired, and so on, each by itself; so it is available `mtbf` / (`mtbf` + `repair`) of a long run. All "
        "are"
        " drawn before the run, from streams named after what fails.",
        target("cut", &F::cut, "a link", "Nothing passes.", R"({ "pick": "all" })"),
        target("down", &F::down, "a node", "It neither sends nor receives, and its devices stop.", R"("bern")"),
        target("fail", &F::fail, "a shared-risk group", "Its links are cut, and its nodes are down.", R"("duct-a")"),
        choice("plane", at(&F::plane),
               std::vector<Choice<CutPlane>>{{"both", CutPlane::both, ""},
                                             {"quantum", CutPlane::quantum, ""},
                                             {"classical", CutPlane::classical, ""}},
               "What `cut` interrupts."),
        moment("mtbf", at(&F::up), above(0, kCenturyNs), "Mean time from a repair, or the begin, to the next failure.")
            .must(R"("30 d")"),
        moment("repair", at(&F::repair), above(0, kCenturyNs), "Mean time to repair.").must(R"("6 h")"),
        choice("repair_times", at(&F::law),
               std::vector<Choice<Repair>>{{"exponential", Repair::exponential, "as likely over at any moment."},
                                           {"log-normal", Repair::log_normal, "most are short, some very long."}},
               "How they are distributed."),
        number("spread", at(&F::spread), above(0, 3), "Of `log-normal`: standard deviation of the logarithm."),
    };
    return table;
}

Key<RawScenario> fault_files() {
    KeyDoc doc{
        "fault_files",
        "names of files",
        "Files of faults (`fault-script`), looked for beside this one: what is in them comes on top of `faults`, as "
        "with `--faults`.",
        "at most 100",
        "",
        R"(["faults/single-cuts.json"])",
        false,
        {},
        {}};
    doc.schema = {{"type", "array"}, {"maxItems", 100}, {"items", {{"type", "string"}}}};
    return {doc, [](Reader& reader, JsonNode const& value, RawScenario& target, KeyDoc const& own) {
                if (!reader.expect(value, JsonKind::array, own.example)) return;
                if (value.children.size() > 100)
                    return reader.error(value, fmt::format("{} files", value.children.size()), "at most 100 fit", "");
                for (auto const* each : value.children)
                    if (auto name = reader.text(*each, R"("faults/single-cuts.json")"))
                        target.fault_files.push_back({std::move(*name), each});
            }};
}

Table<RawScript> const& fault_script_table() {
    using S = RawScript;
    static Table<RawScript> const table{
        "fault-script",
        "A file of faults for any scenario (`--faults`): what is in it comes on top of the scenario's own.",
        text("$schema", at(&S::schema), "For editors; not read."),
        text("name", at(&S::name), "A title.").must(R"("every link in turn")"),
        text("description", at(&S::description), "What it does, and to what."),
        list<S, decltype(at(&S::groups).get), RawGroup>("shared_risk", at(&S::groups), group_table(),
                                                        "What fails together."),
        list<S, decltype(at(&S::faults).get), RawFault>("faults", at(&S::faults), fault_table(),
                                                        "What goes wrong, and when."),
        list<S, decltype(at(&S::failures).get), RawFailure>("failures", at(&S::failures), failure_table(),
                                                            "What fails at random."),
        list<S, decltype(at(&S::adversaries).get), RawAdversary>("adversaries", at(&S::adversaries), adversary_table(),
                                                                 "Who wants the keys."),
    };
    return table;
}

} // namespace qkdes
