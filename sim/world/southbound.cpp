#include "sim/world/southbound.hpp"

#include "sim/kme/key_pool.hpp"
#include "sim/kme/ml_kem.hpp"
#include "sim/kme/modelled_kem.hpp"
#include "sim/kme/protection/one_time_pad.hpp"
#include "sim/world/vendor_service.hpp"

namespace qkdes {

HopProtection protection_of(LinkSpec const& link) {
    switch (link.protection) {
    case Protection::hybrid:
        return HopProtection::hybrid;
    case Protection::otp:
        return HopProtection::otp;
    case Protection::qkd:
        return HopProtection::qkd;
    case Protection::pqc:
        break;
    }
    return HopProtection::pqc;
}

SecurityClass class_of(RequiredClass required) {
    switch (required) {
    case RequiredClass::its:
        return SecurityClass::its;
    case RequiredClass::hybrid:
        return SecurityClass::hybrid;
    case RequiredClass::qkd_aes:
        return SecurityClass::qkd_aes;
    case RequiredClass::pqc:
        break;
    }
    return SecurityClass::pqc;
}

KemParameters parameters_of(KemStrength strength) {
    switch (strength) {
    case KemStrength::ml_kem_512:
        return KemParameters::ml_kem_512;
    case KemStrength::ml_kem_768:
        break;
    case KemStrength::ml_kem_1024:
        return KemParameters::ml_kem_1024;
    }
    return KemParameters::ml_kem_768;
}

bool messages_by_value(Scenario const& scenario) {
    return scenario.kem == KemKind::modelled && scenario.adversaries.empty();
}

std::unique_ptr<Kem> kem_of_nodes(Scenario const& scenario) {
    KemParameters const parameters = parameters_of(scenario.kem_strength);
    if (messages_by_value(scenario)) return std::make_unique<ModelledKem>(parameters, ModelledKem::Form::brief);
    return kem_of(scenario.kem, parameters);
}

std::unique_ptr<Kem> kem_of(KemKind kind, KemParameters parameters) {
    if (kind == KemKind::real) return std::make_unique<MlKem>(parameters);
    return std::make_unique<ModelledKem>(parameters);
}

void set_source(KmeConfig& config, KmsSpec const& kms) {
    config.store_capacity = kms.store_capacity;
    if (!kms.vendor) return;
    VendorSpec const& vendor = *kms.vendor;
    config.store_capacity = vendor.buffer.value_or(kms.store_capacity);
    bool const waits = vendor.when_empty == VendorSpec::WhenEmpty::wait;
    config.vendor = VendorKmsConfig{vendor.queue_limit,
                                    waits ? VendorKmsConfig::WhenEmpty::wait : VendorKmsConfig::WhenEmpty::refuse,
                                    vendor.wait_limit};
}

std::function<std::unique_ptr<ServiceModel>(LinkId)> vendor_services(Scenario const& scenario, NodeId node,
                                                                     std::uint64_t seed) {
    if (!scenario.nodes[node.index()].kms.vendor) return {};
    return [&scenario, node, seed](LinkId link) {
        NodeSpec const& spec = scenario.nodes[node.index()];
        std::string const name = "node/" + spec.id + "/vendor/" + scenario.links[link.index()].id;
        return std::make_unique<VendorService>(*spec.kms.vendor, RngStream{seed, name});
    };
}

std::uint64_t request_cost_bits(DemandSpec const& demand, LinkSpec const& link) {
    return std::uint64_t{hop_units(protection_of(link), demand.key_bits, demand.number)} * kUnitBits;
}

} // namespace qkdes
