//! `TagResource`, `UntagResource` and `ListTagsForResource`.

use eks_emulator_api::eks::{
    Error, ListTagsForResourceResponse, TagResourceResponse, UntagResourceResponse,
};

use crate::cluster::Cluster;
use crate::cluster::pod_identity_association::AssociationId;
use crate::tagging::{self, TaggedKind, TaggedResource, Tags, merged, without};

/// Tags do not move the modification time, and make no update.
impl Cluster {
    /// Puts tags on a resource of the cluster or the cluster itself.
    ///
    /// Errors: `NotFoundException`; `BadRequestException` for reserved keys
    /// and too many tags.
    pub fn tag_resource(
        &mut self,
        resource: &TaggedResource,
        more: Tags,
    ) -> Result<TagResourceResponse, Error> {
        let tags = merged(self.tags_of(resource)?, more)?;
        self.set_tags(resource, tags)?;
        Ok(TagResourceResponse {})
    }

    /// Takes tags off a resource; absent keys are ignored.
    ///
    /// Errors: `NotFoundException`; `BadRequestException` for reserved keys.
    pub fn untag_resource(
        &mut self,
        resource: &TaggedResource,
        keys: &[String],
    ) -> Result<UntagResourceResponse, Error> {
        let tags = without(self.tags_of(resource)?, keys)?;
        self.set_tags(resource, tags)?;
        Ok(UntagResourceResponse {})
    }

    /// The tags of a resource.
    ///
    /// Errors: `NotFoundException`.
    pub fn list_tags_for_resource(
        &mut self,
        resource: &TaggedResource,
    ) -> Result<ListTagsForResourceResponse, Error> {
        let tags = self.tags_of(resource)?.clone();
        Ok(ListTagsForResourceResponse { tags: Some(tags) })
    }

    fn set_tags(&mut self, resource: &TaggedResource, tags: Tags) -> Result<(), Error> {
        if let TaggedKind::Association { association_id } = &resource.kind
            && let Some(id) = AssociationId::parse(association_id)
        {
            self.keep_first_answer(id);
        }
        *self.tags_of(resource)? = tags;
        Ok(())
    }

    fn tags_of(&mut self, resource: &TaggedResource) -> Result<&mut Tags, Error> {
        let tags = match &resource.kind {
            TaggedKind::Cluster => Some(&mut self.tags),
            TaggedKind::Addon { addon_name, arn } => self
                .addons
                .get_mut(addon_name)
                .filter(|addon| addon.arn() == arn)
                .map(|addon| addon.tags_mut()),
            TaggedKind::Association { association_id } => AssociationId::parse(association_id)
                .and_then(|id| self.associations.get_mut(id))
                .map(|association| &mut association.tags),
            TaggedKind::Other => None,
        };
        tags.ok_or_else(tagging::resource_was_not_found)
    }
}
