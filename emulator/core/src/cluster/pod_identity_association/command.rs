//! `CreatePodIdentityAssociation`, `Describe…`, `Update…` and `Delete…`.

use std::sync::Arc;

use eks_emulator_api::eks::{
    CreatePodIdentityAssociationRequest, CreatePodIdentityAssociationResponse,
    DeletePodIdentityAssociationResponse, DescribePodIdentityAssociationResponse, Error,
    PodIdentityAssociation, UpdatePodIdentityAssociationRequest,
    UpdatePodIdentityAssociationResponse,
};

use super::{Association, AssociationId, error};
use crate::cluster::error::invalid_parameter;
use crate::cluster::idempotency::{Answer, Call};
use crate::cluster::{Cluster, moved};
use crate::environment::Environment;
use crate::event::EventKind;
use crate::ids::IdKind;
use crate::proposed;
use crate::tagging::new_tags;

impl Cluster {
    /// Associates a service account with a role. Neither the namespace nor
    /// the service account needs to exist.
    ///
    /// Errors: `ResourceInUseException` if the service account has an
    /// association; `AccessDeniedException` for a role of another account;
    /// `InvalidParameterException` for what is wrong with the input;
    /// `ResourceLimitExceededException`; `InvalidRequestException` for a
    /// cluster that does not work.
    pub fn create_pod_identity_association(
        &mut self,
        environment: &Environment<'_>,
        input: CreatePodIdentityAssociationRequest,
    ) -> Result<CreatePodIdentityAssociationResponse, Error> {
        let token = input.client_request_token.as_deref();
        let call = Call::new("CreatePodIdentityAssociation", token, &input);
        if let Some(association) = self.created_before(&call)? {
            return Ok(CreatePodIdentityAssociationResponse {
                association: Some(association),
            });
        }
        self.check_new_association(environment, &input)?;
        let tags = new_tags(input.tags)?;
        let association = Association {
            id: self.next_association_id(),
            namespace: input.namespace.into(),
            service_account: input.service_account.into(),
            role_arn: input.role_arn.into(),
            tags,
            created_at: environment.now,
            modified_at: environment.now,
            owner_arn: None,
            disable_session_tags: input.disable_session_tags.unwrap_or(false),
            target_role_arn: not_empty(input.target_role_arn),
            policy: not_empty(input.policy),
            creation_key: call.key(),
        };
        let view = self.describe_association(&association);
        self.replays
            .record(call, Answer::NewAssociation(association.id));
        self.add_association(association);
        Ok(CreatePodIdentityAssociationResponse {
            association: Some(view),
        })
    }

    fn created_before(&self, call: &Call) -> Result<Option<PodIdentityAssociation>, Error> {
        Ok(match self.replays.find(call)? {
            Some(Answer::NewAssociation(id)) => self
                .associations
                .get(*id)
                .map(|association| self.describe_association(association)),
            Some(Answer::Association(before)) => Some((**before).clone()),
            _ => None,
        })
    }

    fn check_new_association(
        &self,
        environment: &Environment<'_>,
        input: &CreatePodIdentityAssociationRequest,
    ) -> Result<(), Error> {
        let name = &self.name;
        self.check_specification(environment, input)?;
        if let Some(present) = self
            .associations
            .of(&input.namespace, &input.service_account)
        {
            return Err(error::association_already_exists(name, present.id));
        }
        let limit = environment.limits.associations;
        if self.associations.len() >= limit {
            return Err(error::too_many_associations(name, limit));
        }
        Ok(())
    }

    /// What of a new association does not depend on those that there are.
    pub(super) fn check_specification(
        &self,
        environment: &Environment<'_>,
        input: &CreatePodIdentityAssociationRequest,
    ) -> Result<(), Error> {
        let name = &self.name;
        let required = [
            ("namespace", &input.namespace),
            ("serviceAccount", &input.service_account),
        ];
        if let Some((member, _)) = required.iter().find(|(_, value)| value.is_empty()) {
            return Err(error::empty(name, member));
        }
        self.require_active()?;
        error::check_role(environment, name, &self.home, &input.role_arn)?;
        self.check_target_role(input.target_role_arn.as_deref())?;
        let policy = input.policy.as_deref().filter(|policy| !policy.is_empty());
        self.check_policy(policy, input.disable_session_tags.unwrap_or(false))
    }

    /// The target role may be of any account: that is what it is for.
    fn check_target_role(&self, role_arn: Option<&str>) -> Result<(), Error> {
        match role_arn.filter(|role_arn| !role_arn.is_empty()) {
            Some(role_arn) if crate::arn::role_account(role_arn).is_none() => Err(
                invalid_parameter(&self.name, proposed::invalid_role_arn(role_arn)),
            ),
            _ => Ok(()),
        }
    }

    /// Source of the rule: EKS API reference, `CreatePodIdentityAssociation`.
    fn check_policy(&self, policy: Option<&str>, disable_session_tags: bool) -> Result<(), Error> {
        let Some(policy) = policy else {
            return Ok(());
        };
        let document: Result<serde_json::Value, _> = serde_json::from_str(policy);
        if !document.is_ok_and(|document| document.is_object()) {
            return Err(invalid_parameter(&self.name, proposed::POLICY_IS_NOT_JSON));
        }
        if !disable_session_tags {
            let message = proposed::POLICY_NEEDS_DISABLED_SESSION_TAGS;
            return Err(invalid_parameter(&self.name, message));
        }
        Ok(())
    }

    /// Shows an association.
    ///
    /// Errors: `InvalidParameterException` for an id of the wrong length,
    /// `ResourceNotFoundException` for one that does not exist.
    pub fn describe_pod_identity_association(
        &self,
        association_id: &str,
    ) -> Result<DescribePodIdentityAssociationResponse, Error> {
        let association = self.association(association_id)?;
        let view = self.describe_association(association);
        Ok(DescribePodIdentityAssociationResponse {
            association: Some(view),
        })
    }

    /// Changes an association, owned or not; an add-on that owns it goes on
    /// owning it and is not touched.
    ///
    /// An absent member stays as it is, an empty target role or policy is
    /// taken away. Source: aws-controllers-k8s/eks-controller; EKS user
    /// guide, "Use Pod Identities to assign an IAM role to an Amazon EKS
    /// add-on".
    ///
    /// Errors: as for describing; `InvalidParameterException` without
    /// anything to change and for what is wrong with the input;
    /// `AccessDeniedException` for a role of another account.
    pub fn update_pod_identity_association(
        &mut self,
        environment: &Environment<'_>,
        input: UpdatePodIdentityAssociationRequest,
    ) -> Result<UpdatePodIdentityAssociationResponse, Error> {
        let token = input.client_request_token.as_deref();
        let call = Call::new("UpdatePodIdentityAssociation", token, &input);
        let before = self.association(&input.association_id)?;
        if let Some(Answer::Association(association)) = self.replays.find(&call)? {
            let association = Some((**association).clone());
            return Ok(UpdatePodIdentityAssociationResponse { association });
        }
        let after = self.check_update_of_association(environment, before, &input)?;
        let view = self.describe_association(&after);
        let id = after.id;
        self.keep_first_answer(id);
        if let Some(association) = self.associations.get_mut(id) {
            *association = after;
        }
        self.replays
            .record(call, Answer::Association(Box::new(view.clone())));
        self.record(
            environment.now,
            EventKind::AssociationUpdated { id: id.to_string() },
        );
        Ok(UpdatePodIdentityAssociationResponse {
            association: Some(view),
        })
    }

    /// Before an association changes: the call that made it is answered
    /// again with what it was answered first.
    pub(in crate::cluster) fn keep_first_answer(&mut self, id: AssociationId) {
        if let Some(association) = self.associations.get(id) {
            let view = self.describe_association(association);
            self.replays
                .keep_association(association.creation_key, view);
        }
    }

    /// The association after the update.
    fn check_update_of_association(
        &self,
        environment: &Environment<'_>,
        before: &Association,
        input: &UpdatePodIdentityAssociationRequest,
    ) -> Result<Association, Error> {
        let changes_nothing = input.role_arn.is_none()
            && input.target_role_arn.is_none()
            && input.disable_session_tags.is_none()
            && input.policy.is_none();
        if changes_nothing {
            return Err(invalid_parameter(&self.name, proposed::NOTHING_TO_UPDATE));
        }
        let mut after = before.clone();
        if let Some(role_arn) = &input.role_arn {
            error::check_role(environment, &self.name, &self.home, role_arn)?;
            after.role_arn = role_arn.as_str().into();
        }
        self.check_target_role(input.target_role_arn.as_deref())?;
        if input.target_role_arn.is_some() {
            after.target_role_arn = not_empty(input.target_role_arn.clone());
        }
        if input.policy.is_some() {
            after.policy = not_empty(input.policy.clone());
        }
        after.disable_session_tags = input
            .disable_session_tags
            .unwrap_or(before.disable_session_tags);
        self.check_policy(after.policy.as_deref(), after.disable_session_tags)?;
        after.modified_at = moved(before.modified_at, environment.now);
        Ok(after)
    }

    /// Deletes an association, owned or not; an add-on that owned it no
    /// longer lists it and is not touched otherwise.
    ///
    /// Errors: as for describing.
    pub fn delete_pod_identity_association(
        &mut self,
        environment: &Environment<'_>,
        association_id: &str,
    ) -> Result<DeletePodIdentityAssociationResponse, Error> {
        let mut association = self.association(association_id)?.clone();
        association.modified_at = moved(association.modified_at, environment.now);
        let view = self.describe_association(&association);
        self.forget_owned_association(association.id);
        self.remove_association(environment, association.id);
        Ok(DeletePodIdentityAssociationResponse {
            association: Some(view),
        })
    }

    fn association(&self, association_id: &str) -> Result<&Association, Error> {
        if association_id.chars().count() != 19 {
            return Err(error::wrong_id_length());
        }
        AssociationId::parse(association_id)
            .and_then(|id| self.associations.get(id))
            .ok_or_else(|| error::no_association_found(&self.name, association_id))
    }

    /// Draws the id of a new association. One that a seed gave to another is
    /// not drawn again.
    pub(in crate::cluster) fn next_association_id(&mut self) -> AssociationId {
        loop {
            let id = AssociationId::new(self.ids.next_base36(IdKind::Association));
            if self.associations.get(id).is_none() {
                return id;
            }
        }
    }

    /// Adds an association that has passed every check.
    pub(in crate::cluster) fn add_association(&mut self, association: Association) {
        let created = EventKind::AssociationCreated {
            id: association.id.to_string(),
            owner_arn: association
                .owner_arn
                .as_ref()
                .map(|owner_arn| owner_arn.to_string()),
        };
        self.record(association.created_at, created);
        self.associations.insert(association);
    }

    /// Takes an association out. Whoever owns it has to let go of it, too.
    pub(in crate::cluster) fn remove_association(
        &mut self,
        environment: &Environment<'_>,
        id: AssociationId,
    ) {
        if let Some(association) = self.associations.remove(id) {
            self.replays.forget(association.creation_key);
            self.record(
                environment.now,
                EventKind::AssociationDeleted { id: id.to_string() },
            );
        }
    }

    /// An association for an add-on that has passed every check.
    pub(in crate::cluster) fn new_owned_association(
        &mut self,
        environment: &Environment<'_>,
        owner_arn: &str,
        namespace: &str,
        service_account: &str,
        role_arn: &str,
    ) -> AssociationId {
        let id = self.next_association_id();
        self.add_association(Association {
            id,
            namespace: namespace.into(),
            service_account: service_account.into(),
            role_arn: role_arn.into(),
            tags: Default::default(),
            created_at: environment.now,
            modified_at: environment.now,
            owner_arn: Some(Arc::from(owner_arn)),
            disable_session_tags: false,
            target_role_arn: None,
            policy: None,
            creation_key: None,
        });
        id
    }
}

fn not_empty(text: Option<String>) -> Option<Box<str>> {
    text.filter(|text| !text.is_empty())
        .map(String::into_boxed_str)
}
