/** A labelled field for one file of this computer. */
import { UploadOutlined } from '@ant-design/icons';
import { Button, Flex, Form, Typography } from 'antd';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';

export const FileField = ({
  id,
  label,
  help,
  file,
  isMultiple = false,
  onChoose,
}: {
  readonly id: string;
  readonly label: string;
  readonly help?: string;
  readonly file: File | undefined;
  /** Several may be chosen at once; each is handed on. */
  readonly isMultiple?: boolean;
  readonly onChoose: (file: File | undefined) => void;
}) => {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  return (
    <Form.Item label={label} htmlFor={id} {...(help === undefined ? {} : { extra: help })}>
      <Flex gap="small" align="center" wrap>
        <input
          ref={input}
          id={id}
          type="file"
          multiple={isMultiple}
          style={{ display: 'none' }}
          onChange={(event) => {
            for (const chosen of event.target.files ?? []) onChoose(chosen);
            event.target.value = ''; // so that the same file, changed meanwhile, can be chosen again
          }}
        />
        <Button
          icon={<UploadOutlined />}
          aria-label={`${label}: ${t('verify.choose')}`}
          onClick={() => input.current?.click()}
        >
          {t('verify.choose')}
        </Button>
        {file !== undefined && (
          <>
            <Typography.Text style={{ overflowWrap: 'anywhere' }}>{file.name}</Typography.Text>
            <Button
              type="text"
              size="small"
              aria-label={`${label}: ${t('verify.remove')}`}
              onClick={() => onChoose(undefined)}
            >
              {t('verify.remove')}
            </Button>
          </>
        )}
      </Flex>
    </Form.Item>
  );
};
